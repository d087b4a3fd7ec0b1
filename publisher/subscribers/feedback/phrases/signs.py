"""How a bounce in words is told from absence notes, challenges and ordinary mail."""

from __future__ import annotations

from publisher.subscribers.feedback.phrases.lines import one_of

SYSTEM_SENDER = one_of(r"""
mail(er)?[-_. ]?(daemon|deliver|router|system|admin)|post[-_]?master|daemon@|mmdf|<>|^\s*$
delivery[-_. ]?(system|sub|service|agent|status|notif|fail)|mailadm|bounce|returned
microsoft exchange|system[-_ ]?(admin|attendant)|mail[ _]service|smtp|mdaemon@
系统管理员|邮件系统|系统退信
""")

SUBJECT = one_of(r"""
^\W*(\S{1,60} )?(un-?deliver|non-?deliver|returned (e-?)?mail|returning|bounce|rejected|delivery)
^\W*(\S{1,60} )?(mail|message|e-?mail)? ?deliver\w* (fail|status|problem|error|notif|report)
^\W*(\S{1,60} )?(mail|message|e-?mail)? ?deliver\w* (incomplete|delay|warning|has failed|is delayed)
^\W*(\S{1,60} )?failure (notice|deliver|notif|to deliver)|^\W*failed (mail|deliver|message)
^\W*(\S{1,60} )?mail (deliver\w+ )?(fail|error|system error|could)
^\W*(could|can) ?not (be )?(send|deliver)|^\W*(there was an )?error (sending|delivering|mail)
^\W*message (status|could|undeliver|not deliver|you sent)
^\W*warning.{0,60}(not|deliver|delay|user unknown)
^\W*(permanent|problem deliver|delayed mail|not deliver)
退信|投递失败|无法投递|退回|邮件.{0,10}(失败|无法)|郵件.{0,10}(失敗|無法)
(未|无法|未能)(传递|送达|投递)|(未|無法|未能)(傳遞|送達|投遞)|(傳遞|傳送|投遞)失敗
配信(エラー|不能|失敗)|送信(エラー|できま)|不達
недостав|не доставлен|unzustellbar|non remis|no (se ha )?entregado|no se puede entregar|mancat
não entregue|não é possível entregar|non recapit|onbestelbaar|niedostarcz|nedoručiteln|배달되지|반송
""")

# What only a mail system would call its mail.
CLASSIC_SUBJECT = one_of(r"""
^(undelivered mail returned to sender|failure notice|returned mail: )
^(permanent delivery failure|邮件投递失败)
^undeliverable( mail)?(: |$)
^(mail delivery (failed|problem)|delivery status notification|delivery failure|系统退信)
^(mail system error|delivery notification: |message status - undeliverable)
""")

NOT_DELIVERED = one_of(r"""
(not|n't|unable to|fail\w*|cannot|could not) (\S{1,20} ){0,8}(del[ie]ver|sen[dt]\b|reach|relayed)
(errors?|trouble|problems?) (be )?(\S{1,20} ){0,7}(del[ie]ver|sen[dt]\b|sending|reach|relayed)
del[ie]ver\w* (\S{1,40} ){0,9}(fail|error|problem|abort|unsuccess|impossible|delay|has not)
undeliver|return(ed|ing) (message|mail|to sender)
(mail|message) has been returned|did not reach|transcript of session
退信|退回|投递|无法送达|无法发送|未能送达|发送失败|未能.{0,20}(传递|投递|送达|发送)
無法.{0,10}(傳遞|投遞|送達|傳送)|未能.{0,20}(傳遞|投遞|送達)|배달되지|반송
配信できません|お届けできません|届けられません|送信できません|エラー
не может быть доставлен|не доставлен|nicht zugestellt|n'a pas pu être (remis|livré|envoyé)
no se (ha )?pud\w* entregar|impossibile (consegnare|recapitare)|não (foi|pôde) .{0,20}entregue
""")

FAILED = one_of(r"""
(permanent|fatal|transient|permanently|unrecoverable) (\S{1,20} )?(error|fail)
(was|is|been|being) (\S{1,20} )?(returned|bounced|rejected|refused|delayed|suspended)
fail\w* (address|recipient)|rejected by|no valid recipients|error (message|code|transcript)
(error|reason)s? (below|for|was|is)|may not exist|delayed for|giving up
mailbox (is )?full|user unknown|unknown user|\b5\d\d [^\d]
""")

ANSWER = one_of(r"""
^\W*(re|fw|fwd|aw|wg|tr|sv|antw|回复|答复|转发)\b\W{0,3}[:：]
^\W*(out of (the )?office|auto(matic)?[- ]?(reply|response|answer)|vacation|absence|abwesen)
^\W*(自动回复|自動回覆|自動返信|不在|休假)|^\W*(read|not read|已读|confirm|please confirm|verify)\b
""")

CHALLENGE = one_of(r"""
(confirm|verify|prove|authenticate) (that )?(you|your|this)|challenge
(click|visit|reply|(follow|use) (the|this) (link|url)) (\S{1,30} ){0,8}(deliver|release|approve)
(click|visit|reply|(follow|use) (the|this) (link|url)) (\S{1,30} ){0,8}(confirm|verify|complete)
one[- ]time|held (for|until|in|as)|waiting (list|for)|guest ?list|moderator|approv(e|al)
verification (link|code|mail)|确认.{0,10}(身份|发送)
out of (the )?office|on (vacation|leave|holiday)|auto(matic)?[- ]?reply|自动回复|休假
""")

STILL_TRYING = one_of(r"""
(yet|still) (been )?(not )?(deliver|undeliver|being)|not yet|will (be )?(retr|keep|continue|try)
temporary (failure|error) (only|report)|only a temporary|warning (message )?only|still trying
do(n't| not) need to re-?send|(is|has been) delayed|^\W*delayed|延迟|稍后重试|继续尝试
""")
