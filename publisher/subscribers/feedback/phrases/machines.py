"""What is said about time, networks, and the other side's machines."""

from __future__ import annotations

GIVEN_UP = r"""
aborted after|retry time ?-?out exceeded|in (the|our) queue (for )?too long
(message|mail) (has )?expired|could not deliver for|delivery time expired
"""

LOCAL_PROGRAM = r"""
procmail|maildrop|(couldn't|can't|cannot) create
"""

PERHAPS_TOMORROW = r"""
(found|lookup|resolution|resolve|name service|dns)[^.]{0,60}(try again|temporar|time[d ]?-?out)
temporary (dns|lookup|name|resolution)|servfail
"""

EXPIRED = r"""
giv(e|ing) up|gave up|given up trying|expired|was aborted|queue (life)?time|time limit|too long in
failed \d+ attempts
(last|for|than|after|within|past) [\d·]+ (second|minute|hour|day)
多次.{0,10}(尝试|投递|重试)|超时
"""

UNREACHABLE = r"""
connect(ion|ing)? ..4 (refused|timed ?out|reset|lost|closed|failed|dropped|abort|broken)
lost connection|conversation with|no route|network( is)? (error|unreachable)|unreachable
time[d ]?-?out|loop|too many hops|hop count|name ?server|\bdns\b|lookup|mx list|bad connection
cannot connect|unable to (contact|connect)|establish an? smtp
(could|can)(n't| ?not) (contact|connect|reach|establish)
连接.{0,8}(失败|超时|拒绝)|无法连接
"""

SYSTEM = r"""
system (error|problem|failure|config|resource)|internal|local (error|config|problem)|configuration
temporar|service (is |currently |temporarily )*(unavailable|refused|not available)|i/o
out of memory|resources|ldap|database|command|pipe|fatal|server error|cannot open|couldn't
系统(错误|繁忙|忙)|服务器(错误|忙)
"""
