"""What is said about us: the sender, its machine, its authentication, and what the mail holds."""

from __future__ import annotations

OUR_LIMITS = r"""
(sending|send|daily|hourly|rate|recipients?|message rate|outbound|relay) (mail )?(quota|limit)s?
quota of sending|sent too many|too many (messages|e?mails|recipients) (sent|per|this)
"""

SENDER = r"""
(sender(?:'?s)?|from|return[ -]path|originator) ..4 (reject|denied|deny|refus|unknown|invalid|not\s)
(sender(?:'?s)?|from|return[ -]path|originator) ..4 (does ?n|cannot|could|fail|unroutable|block)
(sender(?:'?s)?|from|return[ -]path|originator) ..4 (disallow|unresolv|mismatch|illegal|bad|must)
(reverse[ -]path|envelope[ -]from) ..4 (reject|denied|refus|unknown|invalid|not\s|fail)
(bad|invalid|fake|unknown|unverified|unroute?able|illegal|forged|missing|null|empty) (sender|from)
(bad|invalid|fake|unknown|unresolvable|missing|null|empty) (return|reverse)[ -]path
(verif\w+|check|resolve|resolving) (the )?(sender|return|your domain|domain of sender)
sender (verify|verification|address verification|callout|id)|callback (setup|verif)
domain of sender
your (e-?mail )?(address|domain|account) (is|has been|was|does|has)
(mail from|from) (command )?(rejected|refused|denied|not allowed)
e-?mail address is not verified|fake (sender|from)
发件人|寄件人|发信人|送信者|送信元|отправител|absender|expéditeur|remitente|mittente
"""

BLOCKED = r"""
(black|block|deny|reject|grey|gray|bad)[- ]?list
(?<!not )listed (at|in|on|by|as|with)\b
\b(dnsbl|rbl|xbl|sbl|zen|uribl|surbl|csi|ivmsip|cbl|pbl|dul)\b
spamhaus|spamcop|sorbs|barracuda|cloudmark|senderbase|senderscore|trustedsource|proofpoint
reputation|\bspam|unsolicited|\bjunk|\bbulk\b|bayes|phish|\bscam|abus(e|ive)|uceprotect
client (host|address|ip)? ?(\S{1,60} ){0,2}(reject|block|refus|denied)
(host|ip|server|address) ..3 (is|was|been|are) (block|banned|refused access|rejected|denied)
block(ed|ing) (by|using|for|due|from|because|at|sender|mail|message|your)|\bblocked\b
reverse (dns|lookup|mapping|hostname|ptr|name)|\bptr\b|\brdns\b|no reverse|dynamic (ip|pool)
hostname (is|in|for|lookup)|\b(helo|ehlo)\b|mismatches client|residential
(cannot|can't|can not|could not|failed to) (find|resolve|get) (your|the )?\s?(reverse|host ?name)
rate[ -]?limit|too (many(?! hops)|much|fast|frequent)|throttl
connection (rate|limit|frequency)|frequency
(grey|gray)-?list|exceeded the (maximum |limit)|unusual|unexpected volume|excessive|\brate\b
limit exceeded|suspicious|complaints?\b|\bbad ip\b|ip (is )?rejected|(ip|user) (is )?hangup
smtp server of your isp|weren't sent|part of their network
\b(dt:spm|rp:(trc|rrc|cel|qtc|spm)|hl:(rep|itc|ihu)|mi:(spb|sfq|dmc|nho|ipb|stc|dmp))\b
垃圾|黑名单|黑名單|频率|頻率|拒收|迷惑メール|спам
"""

POLICY = r"""
relay(ing|ed)? ..3 (denied|not|prohibit|reject|disallow|deny|forbid|access)
(unable|cannot|can't|can not|not allowed|refuse|not permitted|won't|don't|no|not|trying) (to )?relay
(denied|disallow\w*|deny|open|third[- ]party|mail) (to )?relay|list of allowed rcpthosts
\b(spf|dkim|dmarc|arc)\b|authenticat|not (an )?authori[sz]ed|unauthori[sz]ed|notauthori[sz]ed
authrequired|starttls|\btls\b
virus|malware|infected|trojan|prohibited|forbidden|\bbanned\b|executable
attachments? (not|is|are|was|type|block|reject)|(block|reject|dangerous)\w* attachment
content[ -](reject|filter|deni|block|violat|restrict|not)|(mail|message) content denied
(reject|deni|block)\w* (by|due to|for) (the )?(content|policy|security|local|site|administrat)
polic(y|ies)|security (reason|rule|violation|policy)|rfc ?\d{3,4}|complian|malformed|header|\bmime\b
message (was |has been |is )?(rejected|refused|denied|filtered)|message (rejected|refused) (by|due)
recipient preferences|recipients? (has|have) (block|reject|refus)|recipient refuses
only accepting|not accepting (any )?(mail|messages)|user (reject|refuse)|rules? (of|set|by|for)
rejected by (the )?(recipient|user|filter)|protected by|domain filter
restricted|moderat|not allowed|not permitted|permission|must be (a )?(member|subscri)|members only
closed list|not (a )?subscri|may not (send|post)
违规|违反|策略|敏感|内容.{0,8}(过滤|被拒|不合|拒绝)|拒绝接收
"""
