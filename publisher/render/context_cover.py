"""What a template may use of the picture that stands for an issue where it is shared.

A part of the contract with theme authors (see ``context``).
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.render.context import Texts


@dataclass(frozen=True, slots=True)
class BoxLine:
    """A line of a box, in px from the top of the box."""

    text: str
    lang: str  # its BCP 47 tag: zh-CN
    dir: str  # ltr or rtl
    rank: int  # 0 for the edition's first language, 1 for the next
    size: int  # of the font, px
    y: int  # of its base line
    block: int  # the place of its text among those of the box, from 0
    is_first: bool  # of its text


@dataclass(frozen=True, slots=True)
class Box:
    """Texts in lines, for a template of a picture, which breaks none by itself."""

    lines: tuple[BoxLine, ...]
    height: int  # px that are used
    size: int  # px: the type size that fitted
    is_cut: bool  # not all of it is there


@dataclass(frozen=True, slots=True)
class CoverView:
    """What the picture of an issue says."""

    width: int  # px of the picture
    height: int
    above: Texts  # a small line above the heading: the bulletin, where the heading is another
    heading: Texts  # the title, or the bulletin's name where the title says no more
    facts: Texts  # the day, and the number
    headlines: tuple[Texts, ...]  # at most three, the lead first
    numbers: tuple[int, ...]  # of the headlines, where they are 1, 2, 3
    summary: Texts  # in place of headlines
    host: str  # where the issue is: news.example.com
