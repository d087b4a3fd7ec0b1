"""What is said about a reader's mailbox, and about the domain it is in."""

from __future__ import annotations

MAILBOX_FULL = r"""
(mail ?box|account|inbox|maildir|mail ?drop|in-box|folder|user|recipient|@)(?:'s)?( \w+){0,3} full\b
\bfull (mail|in)box|mailbox_?full|user_?full|\bfull mailbox
(over|out of|exceed\w*|beyond|no|above|under|reached) ..5 (mail)?quota
over-?quota|overquota
quota ..4 (exceed|full|reach|violat|error|used|over|limit)
(mail|disk|storage|user|mailbox|message|domain|file|account|inbox)[ -]?quota
(insufficient|not enough|no( more)?|out of|lack of|low) ..3 (space|storage|capacity)\b
(storage|space) ..3 (exceed|full|exhaust|limit|reached|used up|not enough|insufficient)
exceed\w* ..4 (storage|space|allocation|capacity)
(mail ?box|inbox|account) ..4 (exceed|size limit|limit|too large|too big)
exceed\w* ..3 (mail ?box|inbox|account)
(delivery|it) would exceed
too (many|much) ..2 (mail|messages?|data) (in|on|for)\s
user has (too many|exhausted)
(disk|volume|filesystem|file system) (is )?full|no space left
boîte .{0,20}pleine|quota .{0,20}dépass
casilla .{0,20}llena|buz[oó]n .{0,20}lleno|casella .{0,20}piena|caixa .{0,30}cheia
postfach .{0,20}voll|speicherplatz
ящик.{0,20}переполнен|квот
(空间|容量|空間).{0,4}(不足|已?用完)
(邮箱|郵箱|信箱|空间|容量|メールボックス).{0,8}(已满|已滿|满了|爆满|超出|超過|いっぱい|一杯|満杯)
(超出|超过|超過|超限).{0,10}(配额|配額|容量|空间|空間)
収容能力|容量を超え|受信.{0,6}(容量|上限)
"""

TOO_LARGE = r"""
(message|mail|size|content|data|it|attachment|body)s? ..4 too (large|big)
(message|mail|body|content|data)?[ -]?size ..4 (exceed|limit|over|larger)
exceed\w* ..5 (size|length)
larger than|max_?size|mesgtoobig
maximum ..3 size
too (large|big) (a )?(message|mail|for)
exceed\w* (fixed|the maximum|maximum|max|limit)
(邮件|信件|附件|郵件).{0,10}(过大|太大|過大|超过.{0,10}(大小|限制))
サイズ.{0,10}(超え|大きすぎ)
"""

NULL_MX = r"""
null ?mx|no smtp service
(does|do)(n't| not) (accept|receive) (e-?)?mail\b
domain ..3 (does not|doesn't|never) (accept|receives?)
malformed or unexpected name server reply
"""

DISABLED = r"""
WHO(?:'s)?[^.;!?]{0,60}? (disabled|suspended|deactivated|frozen|locked|on hold|hangup|inactive)
WHO(?:'s)? ..4 (dormant|blocked|expired|closed|forbid\w*|unavailable for)
(disabled|suspended|deactivated|frozen|locked|dormant|inactive) (\w+ )?WHO
(account|mailbox|user)_?disabled
due to (extended )?inactivity|not accepting mail
(已|被|暂时)(禁用|冻结|停用|锁定|暂停|凍結)|禁止|休眠|过期|欠费
заблокирован|gesperrt|deaktiviert|desactivad|désactivé|disattivat|suspendid
"""

# Of users they do not have, Microsoft 365 says "5.4.1 … access denied", Symantec "542 … rejected".
NO_SUCH_ADDRESS = r"""
(unknown|no such|invalid|bad|illegal|non-?exist\w+|unrecogni[sz]ed)( or \w+)? ..1 ?WHO
(undeliverable|incorrect|wrong|unavailable|inexist\w+|unexist\w+|obsolete) ..1 ?WHO
WHO(?:'s)?[^.;!?]{0,90}?\b(unknown|unrecogni[sz]ed|invalid|non-?exist\w*|no longer)
WHO(?:'s)?[^.;!?]{0,90}?\bnot (be )?(found|exist|valid|known|recogni[sz]ed|listed|here|local)
WHO(?:'s)?[^.;!?]{0,90}?\bnot (registered|present|located|our|have|a valid|a known|a registered)
WHO(?:'s)?[^.;!?]{0,90}?\bnot a (member|user|local|mailbox)
WHO(?:'s)?[^.;!?]{0,90}?\b(doesn't exist|isn't (found|here|valid|known|a)|couldn't be found)
WHO(?:'s)?[^.;!?]{0,90}?\b(wasn't found|does ?n[o']t (have|exist)|no (longer )?exist|don't exist)
WHO(?:'s)?[^.;!?]{0,90}?\b(undeliverable|dead|is wrong|has moved|unresolv\w*|unobtainable)
no (such )?(mailbox|account|user|recipient|person|one|alias|local mailbox|mail drop|record)\b
no (such )?address (here|by|found|named)|no such (address|name)
(does|do|did) ?n(o|')?t (have|host) ..6 (account|mailbox|user|address)
(is|was) not (a )?(known|valid|listed|recogni[sz]ed|local|our|user|registered|found|deliverable)
not (listed|found) in ..3 (directory|address book|table|database|list)|not in directory
recip(ient)?notfound|resolver.adr|addr(ess)? ?not ?found|\buserunknown\b
(couldn't|could not|cannot|can't|unable to) ..2 (find|locate|verify) ..2 WHO
not (our|a) (customer|member|user)
no valid recipients for this mm|(there is|there's) no ..3 (user|account|mailbox|address|person|one)
no longer (valid|in use|work|employ|with|available|active|here|a\s)
has (left|moved)|been (removed|deleted|terminated|cancell?ed)|user (is )?gone
account (was )?(deleted|removed)
5·4·1 .{0,90}access denied|\b542 @ rejected|does not like recipient
mailbox unavailable or not local|rcpt to .{0,20}unknown
(用户|收件人|邮箱|[账帐][号户]|地址|信箱|用戶|郵箱|收件者|使用者)[^，。域]{0,20}(不存在|未找到|无效|無效|找不到)
(用户|收件人|邮箱|[账帐][号户]|地址|信箱|用戶|郵箱|收件者)[^，。]{0,20}(未开通|不正确|有误|错误|未注册|注销)
(找不到|没有|无此|查无|查無|不存在)[^，。]{0,12}(用户|收件人|邮箱|账号|帐号|地址|信箱|用戶|收件者)
(アドレス|宛先|ユーザ)[^。]{0,20}(見つかりません|存在しません|不明|ありません|間違)
存在しない(メール)?(アドレス|ユーザ)
(пользовател|адрес|ящик|получател)[^.]{0,40}(не (найден|существует|зарегистрирован)|неверн)
(utilisateur|adresse|destinataire|boîte)[^.]{0,40}(inconnu|inexistant|n'existe pas|introuvable)
(usuario|buz[oó]n|direcci[oó]n|destinatario)[^.]{0,40}(desconocid|no existe|no encontrad)
(utente|indirizzo|casella|destinatario)[^.]{0,40}(sconosciut|non esiste|inesistente|non valid)
(benutzer|empf[aä]nger|adresse|postfach)[^.]{0,40}(unbekannt|existiert nicht|nicht gefunden)
"""

# More than "user unknown", which relays and filters also say of users they know nothing about.
SURELY_NOBODY = r"""
exist|not (be )?(listed|found|recogni[sz]ed)|no such|invalid|directory|n't find|no (mailbox|account)
5·4·1 .{0,90}access denied|\b542 @ rejected
[45]\d\d .{0,60}n't have an? \S{0,60} ?account|couldn't be found|wasn't found|no longer
不存在|找不到|无此|查无|无效|無效|存在しま|見つかり
не (найден|существует)|n'existe pas|introuvable|no encontrad|nicht gefunden
"""

NO_SUCH_DOMAIN = r"""
(unknown|no such|bad|illegal|invalid|non-?exist\w+) (mail )?(host|domain|server name)
(host|domain|hostname|domain name)[^.;!?]{0,60}?\b(unknown|not (be )?found|not valid|not reachable)
(host|domain|hostname|domain name)[^.;!?]{0,60}?\b(does ?n(o|')t exist|not exist|no longer exist)
(host|domain|hostname|domain name)[^.;!?]{0,60}?\b(isn't found|wasn't found|couldn't be found)
(host|domain|hostname|domain name)[^.;!?]{0,60}?\b(invalid|non-?exist\w*|has no (mx|mail))
(host|domain|hostname|domain name)[^.;!?]{0,60}?\b(not registered|cannot be resolved|unresolvable)
nxdomain|unroute?able
no (mx|mail exchanger|a|dns) (record|or|host|found|entr)
(couldn't|could not|cannot|can't|unable to) find ..2 (host|domain|exchanger|mx|gateway|route)
(域名|主机|域)[^，。]{0,12}(不存在|错误|无法解析|找不到|有误)|ドメイン[^。]{0,12}(見つかり|存在し)
"""
