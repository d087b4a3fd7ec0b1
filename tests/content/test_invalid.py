"""The publication `tests/fixtures/invalid`: one mistake in each file, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.content.check import check, read_content
from publisher.document import Problem
from publisher.issue.check import check_issues

ROOT = Path(__file__).parent.parent / "fixtures/invalid"

EXPECTED = {
    "bulletins/approval-of-a-time.yaml": (
        '4:11: "2h" does not say until when an issue is approved; write true, or {by: 2h}; or '
        "delete the line"
    ),
    "bulletins/code-from-both.yaml": (
        "5:72: a code is made from a url, or given as an image: this one has both; keep one: "
        "{url: https://…} or {image: account.png, alt: …}"
    ),
    "bulletins/code-from-nothing.yaml": (
        "5:40: this code has neither a url that it is made from, nor an image; write {url: "
        "https://…} or {image: account.png, alt: …}"
    ),
    "bulletins/fact-without-label.yaml": (
        "4:17: a fact has a label and a value; write {label: {…}, value: {…}}"
    ),
    "bulletins/feeds.yaml": (
        '1:1: a bulletin cannot be called "feeds": the site uses that address; rename the file'
    ),
    "bulletins/idle-fact.yaml": (
        '4:9: warning: the fact "sector" is not shown; add sector to masthead:'
    ),
    "bulletins/idle-number.yaml": (
        '5:39: warning: "numbered: true" has no effect: a prose section has nothing to '
        "count; write numbered: continued, if it shall have the next number of the issue"
    ),
    "bulletins/image-without-words.yaml": (
        "5:41: this image says nothing to readers who do not see it; add alt: what it shows "
        "and where it leads, in each language"
    ),
    "bulletins/impossible-schedule.yaml": (
        "3:25: a weekly bulletin cannot come out on several weekdays (mon, tue); name one "
        "weekday: on: sun"
    ),
    "bulletins/lateness-of-a-number.yaml": '4:15: "12" is no time span; write 30m, 12h or 2d',
    "bulletins/no-such-bulletin.yaml": (
        '5:43: there is no bulletin "weekli"; did you mean "weekly"? (bulletins: '
        "approval-of-a-time, code-from-both, code-from-nothing, fact-without-label, feeds, "
        "idle-fact, idle-number, image-without-words, impossible-schedule, "
        "lateness-of-a-number, no-such-bulletin, no-such-calendar, no-such-image, "
        "no-such-points, no-such-table, not-with-itself, not-with-nobody, "
        "person-without-fields, right, right-dates, section-twice, selects-no-dates, "
        "selects-no-tag, selects-nothing, setting-of-another-block, table-with-its-ending, "
        "tables, two-references, unknown-block, unknown-fact, unknown-placeholder, weekly)"
    ),
    "bulletins/no-such-calendar.yaml": (
        '3:44: there is no calendar "rihgt"; did you mean "right"? (calendars: My Calendar, '
        "backwards, bare-day, day-and-days, holiday-and-workday, longer-than-a-year, misspelt, "
        "nameless, no-beginning, no-day, no-end, no-such-day, other-date, right, "
        "unknown-language)"
    ),
    "bulletins/no-such-image.yaml": (
        '5:48: there is no image content/images/squares.png; did you mean "square.png"?'
    ),
    "bulletins/no-such-points.yaml": (
        '6:42: there is no section "tip" with entries or a text; did you mean "top"? '
        "(sections: top)"
    ),
    "bulletins/no-such-table.yaml": (
        '5:36: there is no table content/data/righ.yaml; did you mean "right"?'
    ),
    "bulletins/not-with-itself.yaml": (
        '4:11: there is no other bulletin "not-with-itself"; bulletins: approval-of-a-time, '
        "code-from-both, code-from-nothing, fact-without-label, feeds, idle-fact, idle-number, "
        "image-without-words, impossible-schedule, lateness-of-a-number, no-such-bulletin, "
        "no-such-calendar, no-such-image, no-such-points, no-such-table, not-with-nobody, "
        "person-without-fields, right, right-dates, section-twice, selects-no-dates, "
        "selects-no-tag, selects-nothing, setting-of-another-block, table-with-its-ending, "
        "tables, two-references, unknown-block, unknown-fact, unknown-placeholder, weekly"
    ),
    "bulletins/not-with-nobody.yaml": (
        '4:11: there is no other bulletin "weekli"; did you mean "weekly"? (bulletins: '
        "approval-of-a-time, code-from-both, code-from-nothing, fact-without-label, feeds, "
        "idle-fact, idle-number, image-without-words, impossible-schedule, "
        "lateness-of-a-number, no-such-bulletin, no-such-calendar, no-such-image, "
        "no-such-points, no-such-table, not-with-itself, person-without-fields, right, "
        "right-dates, section-twice, selects-no-dates, selects-no-tag, selects-nothing, "
        "setting-of-another-block, table-with-its-ending, tables, two-references, "
        "unknown-block, unknown-fact, unknown-placeholder, weekly)"
    ),
    "bulletins/person-without-fields.yaml": (
        '5:39: "Lin" alone is nobody; write {name: …, role: …}, each in every language'
    ),
    "bulletins/section-twice.yaml": (
        '6:6: two sections have the id "top"; give each section an id of its own'
    ),
    "bulletins/selects-no-dates.yaml": (
        '5:5: the section "top" does not say which entries it takes; add select: with the '
        "kinds that dates are written as, such as select: {kinds: [date]}"
    ),
    "bulletins/selects-no-tag.yaml": (
        '5:46: warning: the section "top" selects nothing: no entry has the tag nowhere; '
        "tags: open-source, opensource"
    ),
    "bulletins/selects-nothing.yaml": (
        '5:48: the section "top" selects nothing: there is no kind "evnt"; did you mean '
        '"event"? (kinds: event, date)'
    ),
    "bulletins/setting-of-another-block.yaml": (
        '5:29: "horizon" means nothing in a prose section; delete it, or write block: calendar'
    ),
    "bulletins/table-with-its-ending.yaml": (
        '5:36: "content/data/right.yaml" is no name of a table; write right'
    ),
    "bulletins/two-references.yaml": (
        "6:15: two sections have the block references; keep one of the two: it gathers the "
        "references of the whole issue"
    ),
    "bulletins/unknown-block.yaml": (
        '5:22: "block" may not be "tables"; did you mean "table"? (possible: prose, list, '
        "entries, table, figure, calendar, contents, list-of-tables, references, key-points, "
        "related, people, boilerplate, qr-codes, corrections)"
    ),
    "bulletins/unknown-fact.yaml": (
        '5:20: there is no fact "sektor"; did you mean "sector"? (facts: date, time_zone, '
        "window, number, sector)"
    ),
    "bulletins/unknown-placeholder.yaml": (
        '4:27: there is no placeholder "buletin"; did you mean "bulletin"? (placeholders: '
        "bulletin, issue, date, number, year, week, month, lead, count)"
    ),
    "calendars/2026/deeper.yaml": (
        "1:1: a calendar's file lies directly in content/calendars/; move it to "
        "content/calendars/deeper.yaml"
    ),
    "calendars/My Calendar.yaml": (
        '1:1: no bulletin can name the file "My Calendar.yaml"; rename it to my-calendar.yaml'
    ),
    "calendars/backwards.yaml": "2:24: the days end before they begin; swap them",
    "calendars/bare-day.yaml": (
        '2:5: "2026-05-01" alone is no day of a calendar; write {on: 2026-01-01, name: …}'
    ),
    "calendars/day-and-days.yaml": (
        "2:5: this says both a day and days in a row; write on:, or from: and to:"
    ),
    "calendars/holiday-and-workday.yaml": (
        "5:5: 2026-05-05 is a holiday and a workday; delete one of the two"
    ),
    "calendars/longer-than-a-year.yaml": "2:24: this is longer than a year; look at the year",
    "calendars/misspelt.yaml": (
        '1:1: there is no field "holydays" here; did you mean "holidays"? (fields: name, '
        "holidays, workdays)"
    ),
    "calendars/nameless.yaml": '2:5: "name" is missing; add name: …',
    "calendars/no-beginning.yaml": (
        '2:6: these days have "to", but not "from"; add from: 2026-05-05'
    ),
    "calendars/no-day.yaml": (
        "2:5: this says neither a day nor days in a row; write on:, or from: and to:"
    ),
    "calendars/no-end.yaml": '2:6: these days have "from", but not "to"; add to: 2026-05-01',
    "calendars/no-such-day.yaml": (
        "2:10: the day 2026-02-30 does not exist; that month has the days 01 to 28"
    ),
    "calendars/other-date.yaml": (
        '2:10: "1.5.2026" is no date; write year-month-day, such as 2026-04-26'
    ),
    "calendars/unknown-language.yaml": (
        '2:38: the publication has no language "de"; it declares zh, en'
    ),
    "data/My Table.yaml": (
        '1:1: nothing can name the file "My Table.yaml"; rename it to my-table.yaml (use '
        "letters a-z, digits and hyphens, in the names of its folders too)"
    ),
    "data/column-twice.yaml": '4:6: two columns have the id "n"; give each an id of its own',
    "data/csv/after-quote.csv": (
        "2:1: after the quotation mark that ends this cell comes more text; put the whole "
        'cell between quotes, and write "" for each in it'
    ),
    "data/csv/all-languages-and-some.csv": (
        '1:6: the column "name" is there for all languages, and for some of them (cell B1); '
        "keep name, or name.zh and name.en"
    ),
    "data/csv/arrow.csv": '2:3: "↑ 3.41%" is no number (cell B2); write 3.41',
    "data/csv/column-twice.csv": (
        '1:8: the column "n" is there twice (cell C1); delete one of the two'
    ),
    "data/csv/control-character.csv": (
        "2:2: the invisible character U+0007 BELL may not stand in a text; delete it (such "
        "characters come along when text is pasted)"
    ),
    "data/csv/currency-missing.csv": (
        '2:3: this amount has no currency (cell B2); write its code, such as USD, into "cur"'
    ),
    "data/csv/currency.csv": '2:5: "RMB" is no currency (cell C2); write CNY',
    "data/csv/duration.csv": (
        '2:3: "0:72:10" is no length of time (cell B2); minutes and seconds are 00 to 59; '
        "did you mean 1:12:10?"
    ),
    "data/csv/empty-row.csv": "3:1: warning: this row is empty (cell A3); delete it",
    "data/csv/empty.csv": (
        "1:1: the file is empty; write the ids of the columns, and the rows below them"
    ),
    "data/csv/full-width.csv": '2:3: "４５０" is no number (cell B2); write 450',
    "data/csv/gb18030.csv": (
        '2:1: this file is not UTF-8 (it looks like GB18030); save it as UTF-8 (Excel: "CSV '
        'UTF-8 (Comma delimited)")'
    ),
    "data/csv/language-missing.csv": (
        '1:1: warning: "name" has no column in en (cell A1); add name.en; until then readers '
        "get it in zh"
    ),
    "data/csv/languages-of-a-number.csv": (
        '1:8: the column "n" is the same in every language (cell C1); write n'
    ),
    "data/csv/many-rows.csv": (
        "2002:1: the table has 2001 rows; 2000 are the most that is shown (cell A2002); split it"
    ),
    "data/csv/merged-with-nothing.csv": (
        '2:1: "^" merges a cell with the one above it, and there is none (cell A2); write '
        'the cell itself; a text that is just "^" cannot be shown'
    ),
    "data/csv/missing-column.csv": (
        '1:1: the column "n" is missing (cell A1); add it here, or delete it from columns:'
    ),
    "data/csv/misspelt-column.csv": (
        '1:1: there is no column "nam" (cell A1); did you mean "name"? (columns: name, n)'
    ),
    "data/csv/nameless-column.csv": "1:8: this column has no name (cell C1); write its id here",
    "data/csv/no-data.csv": (
        '2:3: "n/a" is no number (cell B2); leave the cell empty: readers are told that '
        "there is no data"
    ),
    "data/csv/no-number.csv": (
        '2:3: "many" is no number (cell B2); write it plainly, such as 4502570 or -0.44; a '
        "unit belongs into the column's label"
    ),
    "data/csv/no-rows.csv": "1:1: the table has no rows (cell A1); write them below this line",
    "data/csv/not-written.csv": (
        "2:1: this cell is not written yet (cell A2); write it, or leave it empty"
    ),
    "data/csv/open-quote.csv": (
        '3:1: the quotation mark that begins this cell is never closed; add " at the end of '
        'the cell, or write "" for each " in it'
    ),
    "data/csv/ragged.csv": (
        "2:1: the cells that are merged with this one form no rectangle (cell A2); write ^ "
        "or < into every cell of the rectangle"
    ),
    "data/csv/semicolons.csv": (
        "1:5: the columns are separated by semicolons; put commas in their place (Excel "
        "writes semicolons where 3,5 is a number)"
    ),
    "data/csv/separators.csv": '2:3: "4,502,570" is no number (cell B2); write 4502570',
    "data/csv/spreadsheet-error.csv": (
        '2:3: "#DIV/0!" is no number (cell B2); this is an error of the spreadsheet: mend '
        "the formula, or leave the cell empty"
    ),
    "data/csv/tabs.csv": (
        '1:5: the columns are separated by tabs; save it with commas (Excel: "CSV UTF-8 '
        '(Comma delimited)")'
    ),
    "data/csv/text-missing.csv": (
        '2:3: warning: "name" has no text in en here (cell B2); write it; until then readers '
        "get it in zh"
    ),
    "data/csv/too-long.csv": (
        "2:5: this row has 3 cells, and the first line 2 (cell C2); put a cell that contains "
        "a comma between quotes, or name the column above"
    ),
    "data/csv/too-short.csv": (
        "2:1: this row has 1 cell, and the first line 2 (cell A2); write a comma for each "
        "cell that is empty"
    ),
    "data/csv/unknown-language.csv": (
        '1:17: the publication has no language "de" (cell C1); languages: zh, en'
    ),
    "data/csv/unused-column.csv": (
        '1:8: warning: the column "remarks" is not used (cell C1); declare it under '
        "columns:, or delete it"
    ),
    "data/inline/languages-of-a-number.yaml": (
        '4:21: the column "n" is the same in every language; write it once'
    ),
    "data/inline/list.yaml": (
        "4:15: a list cannot stand in a cell; write a text, a number, or one text for each language"
    ),
    "data/inline/nowhere.yaml": '3:10: no row has the column "n"; write it, or delete it here',
    "data/inline/number-as-text.yaml": (
        '4:15: "0700" is no text to YAML; put it between quotes: "0700"'
    ),
    "data/inline/unknown-column.yaml": '4:18: there is no column "m"; columns: name, n',
    "data/many-columns.yaml": (
        "2:3: warning: the table has 5 columns, and the first 4 of them stand in mail; "
        "choose them: mail: {columns: […]}"
    ),
    "data/no-columns.yaml": '1:10: "columns" is empty; write at least one item, or leave it out',
    "data/no-currency.yaml": (
        '3:5: the column "n" does not say which currency it is in; add currency: USD, or '
        "currency: and the id of the column that says it"
    ),
    "data/no-rows.yaml": (
        "4:7: the table has no rows; write them below, or name a CSV file in the folder of this one"
    ),
    "data/no-such-csv.yaml": (
        '4:7: there is no file rihgt.csv beside this one; did you mean "right.csv"? (CSV '
        "files: right.csv, unused.csv)"
    ),
    "data/no-such-currency-column.yaml": (
        '3:67: there is no column "curency" that says the currency; columns: name'
    ),
    "data/not-for-mail.yaml": (
        '5:18: there is no column "nam"; did you mean "name"? (columns: name, n)'
    ),
    "data/not-translated.yaml": (
        '1:10: warning: "caption" has no text in en; add en: …; until then readers get it in zh'
    ),
    "data/not-written.yaml": (
        "1:23: there are texts still to write: caption.en; write them, or delete their lines"
    ),
    "data/period-backwards.yaml": "1:28: the period ends before it begins; swap from and to",
    "data/setting-of-another-type.yaml": (
        '3:41: "decimals" means nothing in a text column; delete it, or write type: number '
        "or percent or currency or sparkline"
    ),
    "data/sheet.xlsx": (
        "1:1: warning: the program reads no spreadsheets; save it as CSV, and move this away"
    ),
    "data/spreadsheet.yaml": (
        '4:7: "right.xlsx" is no name of a CSV file; save it as CSV in the folder of this '
        "file, and write its name: traffic.csv"
    ),
    "data/unknown-currency.yaml": '3:57: "RMB" is no currency; write CNY',
    "data/unknown-type.yaml": (
        '3:47: "type" may not be "numbr"; did you mean "number"? (possible: text, number, '
        "percent, currency, duration, sparkline)"
    ),
    "data/unused.csv": (
        "1:1: warning: no table names this file; name it in a table's rows:, or delete it"
    ),
    "data/unused.yaml": (
        "1:1: warning: no bulletin and no issue file names this table; name it, or delete it"
    ),
    "entries/2026/04/01/Upper_Case.yaml": (
        '1:1: the file name "Upper_Case" cannot stand in a web address; rename it to '
        "upper-case.yaml (use small letters a-z, digits and single hyphens)"
    ),
    "entries/2026/04/01/alias-of-yaml.yaml": (
        '3:10: a text that begins with "*" must stand between quotes; write "*tags"; '
        "YAML's aliases are not used here: write out what is meant"
    ),
    "entries/2026/04/01/alias-twice.yaml": (
        "3:11: 2025/01/01/old is given as an old name of 2026/04/01/alias-twice-too already; "
        "delete one of the two"
    ),
    "entries/2026/04/01/anchor-of-yaml.yaml": (
        '3:7: a text that begins with "&" must stand between quotes; write "&tags [a]"; '
        "YAML's anchors are not used here: write out what is meant"
    ),
    "entries/2026/04/01/at-sign.yaml": (
        '4:11: a text that begins with "@" must stand between quotes; write "@someone"'
    ),
    "entries/2026/04/01/bad-indent.yaml": (
        "5:4: this line is indented deeper than the one above, which has its text already; "
        'indent it by 2 spaces to stand beside "zh"'
    ),
    "entries/2026/04/01/bad-link.yaml": (
        '3:22: warning: the link "www.cnbc.com" in this text will not work: the address does '
        "not begin with https://; write https://www.cnbc.com"
    ),
    "entries/2026/04/01/bad-scheme.yaml": (
        '3:34: an address that begins with "javascript:" is not linked; give one that begins '
        "with https:// or http://"
    ),
    "entries/2026/04/01/bad-url.yaml": (
        "3:34: the address does not begin with https://; write https://cnbc.com/a"
    ),
    "entries/2026/04/01/bare-source.yaml": (
        '3:11: "CNBC" alone is no source; write {publisher: CNBC}'
    ),
    "entries/2026/04/01/colon-in-text.yaml": (
        "5:7: this text contains a colon with a space after it, which needs quotes around "
        'the text; write en: "Note: this"'
    ),
    "entries/2026/04/01/date-twice.yaml": (
        "3:13: warning: 2026/03/01/a-date has the same title and the same date; delete one "
        "of the two: a calendar shows both"
    ),
    "entries/2026/04/01/duplicate-key.yaml": (
        '4:1: "importance" is given twice here, first in line 3; keep one of the two'
    ),
    "entries/2026/04/01/far-away.yaml": (
        "3:11: warning: this is 100 years from the day the entry is filed under; look at the year"
    ),
    "entries/2026/04/01/html.yaml": (
        "3:22: warning: HTML is not used in texts: readers will see <b>; write Markdown, "
        "such as **bold** or [text](https://…)"
    ),
    "entries/2026/04/01/mail-address.yaml": (
        "3:22: warning: this text contains a mail address: someone@example.org; delete it, "
        "unless its owner wants it published for ever"
    ),
    "entries/2026/04/01/missing-translation.yaml": (
        '3:10: warning: "summary" has no text in en; add en: …; until then readers get it in zh'
    ),
    "entries/2026/04/01/no-such-day.yaml": (
        "3:11: the day 2026-02-30 does not exist; that month has the days 01 to 28"
    ),
    "entries/2026/04/01/same-alias.yaml": (
        "3:11: an entry is called 2026/04/01/right now, so it is no old name of this one; "
        "delete the alias, or that entry"
    ),
    "entries/2026/04/01/same-source.yaml": (
        "3:34: warning: 2026/04/01/right has the same first source; if it is the same news, "
        "delete one of the two; if it is a follow-up, give both the same story: or put "
        "another source first"
    ),
    "entries/2026/04/01/same-title.yaml": (
        "2:13: warning: 2026/04/01/right has the same title; delete one of the two, or tell "
        "them apart in their titles"
    ),
    "entries/2026/04/01/several-documents.yaml": (
        "3:1: a second document begins here (---); put it into a file of its own"
    ),
    "entries/2026/04/01/swapped.yaml": (
        '3:38: warning: the text for "en" (English) is in Chinese characters; look whether '
        "two languages were swapped, or a text was pasted twice"
    ),
    "entries/2026/04/01/tab.yaml": (
        "4:1: this line is indented with a tab; indent with spaces, two for each level"
    ),
    "entries/2026/04/01/tag-alike.yaml": (
        '3:8: warning: "opensource" and "open-source" are two tags; write "open-source" (2 '
        "so far) if you mean the same"
    ),
    "entries/2026/04/01/tag-of-yaml.yaml": (
        '3:13: a text that begins with "!" must stand between quotes; write "!!int 3"; '
        "YAML's tags are not used here: write out what is meant"
    ),
    "entries/2026/04/01/unfinished.yaml": (
        '3:22: "summary.en" is not written yet; write it, or delete the line (draft: true '
        "keeps an entry back until it is ready)"
    ),
    "entries/2026/04/01/unknown-field.yaml": (
        '3:1: there is no field "importence" here; did you mean "importance"? (fields: kind, '
        "title, short_title, digest, summary, body, happened, emoji, fields, sources, tags, "
        "importance, story, verification, embargo, draft, aliases, corrections)"
    ),
    "entries/2026/04/01/unknown-kind.yaml": (
        '1:7: there is no kind "evnt"; did you mean "event"? (kinds: event, date)'
    ),
    "entries/2026/04/01/unknown-labelled-field.yaml": (
        '3:10: the kind "event" has no field "wy"; did you mean "why"? (its fields: why, handle)'
    ),
    "entries/2026/04/01/unknown-language.yaml": (
        '3:18: the publication has no language "de"; it declares zh, en'
    ),
    "entries/2026/04/01/untagged-title.yaml": (
        "2:8: this text does not say which language it is in; write {zh: …, en: …}"
    ),
    "entries/2026/04/01/without-date.yaml": (
        '1:7: warning: the calendar "dates" of right-dates never shows this entry: it has no '
        "date; add happened: 2026-05-13, or 2026-05 where only the month is known"
    ),
    "entries/2026/04/02/byte-order-mark.yaml": (
        '1:1: the file is saved with a byte order mark; save it as "UTF-8" without BOM'
    ),
    "entries/2026/04/02/control-character.yaml": (
        "2:22: the invisible character U+0007 BELL may not stand in a text; delete it (such "
        "characters come along when text is pasted)"
    ),
    "entries/2026/04/02/empty.yaml": (
        "1:1: the file is empty; write the fields, one on each line: name: text"
    ),
    "entries/2026/04/02/latin-1.yaml": (
        "2:23: this file is not UTF-8 (it looks like Latin-1 or Windows-1252); save it as UTF-8"
    ),
    "entries/2026/04/02/turned-direction.yaml": (
        "2:22: the invisible character U+202E RIGHT-TO-LEFT OVERRIDE turns the direction of "
        "the text around it; delete it; right-to-left languages need none"
    ),
    "entries/2026/04/02/utf-16.yaml": (
        "1:1: this file is not UTF-8 (it looks like UTF-16); save it as UTF-8"
    ),
    "entries/2026/04/03/ends-in.yml": (
        "1:1: warning: the file ends in .yml and is not read; rename it to end in .yaml"
    ),
    "entries/2026/04/31/no-day.yaml": (
        "1:1: this entry is not in the folder of a day that exists; move it to "
        "content/entries/YYYY/MM/DD/, the day it is filed under"
    ),
    "entries/2026/4/1/short-day.yaml": (
        "1:1: this entry is not in the folder of a day that exists; move it to "
        "content/entries/2026/04/01/, the day it is filed under"
    ),
    "entry": (
        '1:1: warning: nothing in this folder is read; did you mean "entries"? (folders: '
        "entries, bulletins, calendars, issues, data, images)"
    ),
    "images/damaged.png": "1:1: this image is damaged; export it anew",
    "images/drawing.svg": (
        "1:1: warning: SVG images are not read: mail programs do not show them; save it as PNG"
    ),
    "images/drawn.png": (
        "1:1: SVG images are not taken: mail programs do not show them; save it as PNG"
    ),
    "images/large.png": (
        "1:1: the image is 4001 × 1 pixels; make it smaller: 4000 at most, in either direction"
    ),
    "images/my picture.png": (
        '1:1: nothing can name the file "my picture.png"; rename it to my-picture.png (use '
        "letters a-z, digits and hyphens, in the names of its folders too)"
    ),
    "images/named.png": (
        "1:1: warning: the name of this image does not say what it is: JPG; rename it to named.jpg"
    ),
    "images/unused.png": "1:1: warning: no bulletin shows this image; name it, or delete it",
    "issues/nowhere/2026-04-26.yaml": (
        '1:1: there is no bulletin "nowhere" for this issue file; bulletins: '
        "approval-of-a-time, code-from-both, code-from-nothing, fact-without-label, feeds, "
        "idle-fact, idle-number, image-without-words, impossible-schedule, "
        "lateness-of-a-number, no-such-bulletin, no-such-calendar, no-such-image, "
        "no-such-points, no-such-table, not-with-itself, not-with-nobody, "
        "person-without-fields, right, right-dates, section-twice, selects-no-dates, "
        "selects-no-tag, selects-nothing, setting-of-another-block, table-with-its-ending, "
        "tables, two-references, unknown-block, unknown-fact, unknown-placeholder, weekly"
    ),
    "issues/right/2026-02-30.yaml": (
        "1:1: there is no day 2026-02-30 in the calendar; rename the file, such as 2026-04-13.yaml"
    ),
    "issues/right/2026-04-01.yaml": (
        "1:7: there is no entry 2026/04/26/untagged-titel; did you mean 2026/04/01/untagged-title?"
    ),
    "issues/right/2026-04-02.yaml": (
        '2:3: the bulletin has no section "tops"; did you mean "top"? (its sections: top)'
    ),
    "issues/right/2026-04-03.yaml": (
        "3:33: 2026/04/01/right is listed above already; delete one of the two: an issue "
        "carries an entry once"
    ),
    "issues/right/2026-04-04.yaml": (
        "4:11: 2026/04/01/right is excluded here, and asked for above; delete one of the two"
    ),
    "issues/right/2026-04-05.yaml": (
        "3:15: warning: 2026/04/20/right-too is filed under a day after this issue "
        "(2026-04-05); look at the day; an issue carries what has happened"
    ),
    "issues/right/2026-04-06.yaml": (
        '1:10: this window has "from", but not "to"; add to: 2026-04-06'
    ),
    "issues/right/2026-04-07.yaml": (
        "3:15: warning: 2026/04/01/a-draft is a draft, and would be left out; finish it "
        "before the issue is due, or delete this line"
    ),
    "issues/right/2026-04-08.yaml": (
        '3:5: "items" does not belong here: the block of "top" is entries; such a section '
        "takes entries and only and text"
    ),
    "issues/right/2026-04-09.yaml": (
        "3:7: warning: 2026/04/20/right-too leads this issue, but stands in none of its "
        "sections; list it in a section, or choose another lead"
    ),
    "issues/right/2026-04-10.yaml": (
        '1:1: "publish_at" belongs in the file of a one-off issue; others come by the schedule; '
        "delete the line, or rename the file, such as 2026-04-10-launch.yaml"
    ),
    "issues/right/2026-04-11-launch.yaml": (
        "1:1: a one-off issue says when it comes out, and this one does not; add "
        "publish_at: 2026-04-11T08:00+08:00"
    ),
    "issues/right/2026-04-13-launch.yaml": (
        "2:13: this is 2026-04-12 03:00 in Asia/Shanghai, and the name of the file says "
        "2026-04-13; change the time, or rename the file to 2026-04-12-launch.yaml"
    ),
    "issues/right/2026-04-14-launch.yaml": (
        "1:1: a one-off issue needs one of the two: a window, or entries that it lists; add "
        "window: {from: 2026-04-14, to: 2026-04-14}, or list entries in a section: "
        "sections: {<section>: {entries: [<id>]}}"
    ),
    "issues/right/2026-04-15-2.yaml": (
        '1:1: the word behind the day in "2026-04-15-2" has no letter; rename the file, such as '
        "2026-04-15-launch.yaml"
    ),
    "issues/right/2026-04-16-launch.yaml": (
        "2:23: a one-off issue has no number; write it without {number}"
    ),
    "issues/right/2026-04-17-launch.yaml": (
        "1:1: warning: this one-off issue has no title of its own: readers take it for a regular "
        "one; add title: with what is special about it"
    ),
    "issues/right/2026-04-18-launch.yaml": (
        "2:13: this point in time does not say in which time zone it is; add the offset from UTC, "
        "such as 2026-04-18T09:30+08:00"
    ),
    "issues/right/2026-04-31-launch.yaml": (
        "1:1: there is no day 2026-04-31 in the calendar; rename the file, such as "
        "2026-05-03-launch.yaml"
    ),
    "issues/right/2026-W17.yaml": (
        '1:1: "2026-W17" is not the name of a daily issue; rename the file, such as 2026-04-13.yaml'
    ),
    "issues/tables/2026-04-01.yaml": (
        '2:17: there is no table content/data/rigth.yaml; did you mean "right"?'
    ),
    "issues/tables/2026-04-02.yaml": '1:9: the bulletin has no fact "secter"; its facts: none',
    "issues/tables/2026-04-03.yaml": '1:9: "date" is computed for every issue; delete the line',
    "issues/tables/2026-04-04.yaml": (
        '2:11: "text" does not belong here: the block of "codes" is qr-codes; delete it: '
        "such a section is made from the bulletin's settings alone"
    ),
    "issues/tables/2026-04-05.yaml": (
        '2:10: "text" does not belong here: the block of "free" is table; such a section '
        "takes table"
    ),
    "issues/weekly/2026-04-26.yaml": (
        '1:1: "2026-04-26" is not the name of a weekly issue; rename the file, such as '
        "2026-W16.yaml"
    ),
}

# Right in themselves; they are there for the others.
RIGHT = {
    "bulletins/right",
    "bulletins/right-dates",
    "bulletins/tables",
    "bulletins/weekly",
    "calendars/right",
    "data/right",
    "entries/2026/03/01/a-date",
    "entries/2026/04/01/right",
    "entries/2026/04/20/right-too",
    "entries/2026/04/01/a-draft",
    "entries/2026/04/01/alias-twice-too",
}


def problems() -> list[Problem]:
    """Everything that is said about the publication, in one run."""
    content = read_content(ROOT)
    assert content.frame is not None
    found = {*content.problems, *check(content), *check_issues(content.frame, content.entries)}
    return sorted(found)


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """The messages by file."""
    messages: dict[str, list[str]] = {}
    for each in problems():
        place = f"{each.line}:{each.column}: {each.message}"
        messages.setdefault(each.path.removeprefix("content/"), []).append(place)
    return messages


@pytest.mark.parametrize(("path", "expected"), EXPECTED.items())
def test_a_mistake_gives_one_message(found: dict[str, list[str]], path: str, expected: str):
    """Each mistake is told once: where it is, what is wrong, what would be right."""
    assert found[path] == [expected]


def test_nothing_is_said_about_what_is_right(found: dict[str, list[str]]):
    """Files without a mistake are not mentioned."""
    assert sorted(found) == sorted(EXPECTED)


def test_each_file_has_its_line_in_the_table():
    """No file of the fixture is forgotten here."""
    files = {
        path.relative_to(ROOT / "content").with_suffix("").as_posix()
        for path in ROOT.glob("content/*/**/*.yaml")
    }
    told = {path.rpartition(".")[0] or path for path in EXPECTED}
    assert files - told - RIGHT == {"entry/2026/04/03/x"}


@pytest.mark.parametrize("problem", problems(), ids=lambda each: each.path.rpartition("/")[2])
def test_every_message_says_what_to_do(problem: Problem):
    """A problem has a remedy, a place that exists, and no word of the program's insides."""
    assert problem.remedy
    assert problem.code
    assert problem.line >= 1
    assert problem.column >= 1
    for word in ("None", "dict", "str", "Localized", "pydantic", "value_error", "Traceback"):
        assert word not in f"{problem.what} {problem.remedy}".split()
