#include "views/guide/guidepage.h"

#include "storage/base/numbertext.h"
#include "views/style/theme.h"

#include <QTextBlock>
#include <QTextDocument>
#include <QTextList>
#include <QTextTable>

namespace portolan {

namespace {

bool isCode(const QTextBlock& block) {
    return block.blockFormat().hasProperty(QTextFormat::BlockCodeFence)
           || block.blockFormat().hasProperty(QTextFormat::BlockCodeLanguage);
}

/// The kinds of blocks: neighbours of one kind share a box.
enum class Box { None, Code, Note, Bullets, Numbers };

Box boxOf(const QTextBlock& block) {
    if (isCode(block))
        return Box::Code;
    if (block.blockFormat().intProperty(QTextFormat::BlockQuoteLevel) > 0)
        return Box::Note;
    if (const QTextList* list = block.textList())
        return list->format().style() == QTextListFormat::ListDecimal ? Box::Numbers : Box::Bullets;
    return Box::None;
}

const char* beginOf(Box box) {
    switch (box) {
    case Box::None:
        break;
    case Box::Code: // a block's own ground has no padding
        return "<table class=\"code\" width=\"100%\" cellspacing=\"0\" cellpadding=\"8\"><tr><td><pre>";
    case Box::Note:
        return "<table class=\"note\" width=\"100%\" cellspacing=\"0\" cellpadding=\"8\"><tr><td>";
    case Box::Bullets:
        return "<ul>";
    case Box::Numbers:
        return "<ol>";
    }
    return "";
}

const char* endOf(Box box) {
    switch (box) {
    case Box::None:
        break;
    case Box::Code:
        return "</pre></td></tr></table>";
    case Box::Note:
        return "</td></tr></table>";
    case Box::Bullets:
        return "</ul>";
    case Box::Numbers:
        return "</ol>";
    }
    return "";
}

class PageWriter {
public:
    QString write(const QTextDocument& document) {
        write(document.rootFrame()->begin());
        enter(Box::None);
        return m_html;
    }

private:
    void write(QTextFrame::iterator it) {
        for (; !it.atEnd(); ++it) {
            if (const auto* table = qobject_cast<QTextTable*>(it.currentFrame()))
                write(*table);
            else if (it.currentBlock().isValid())
                write(it.currentBlock());
        }
    }

    void write(const QTextTable& table) {
        enter(Box::None);
        add("<table class=\"rows\" width=\"100%\" cellspacing=\"0\" cellpadding=\"5\">");
        for (int row = 0; row < table.rows(); ++row) {
            add("<tr>");
            for (int column = 0; column < table.columns(); ++column) {
                add(row == 0 ? "<th align=\"left\">" : "<td>");
                add(inner(table.cellAt(row, column).firstCursorPosition().block(), row == 0));
                add(row == 0 ? "</th>" : "</td>");
            }
            add("</tr>");
        }
        add("</table>");
    }

    void write(const QTextBlock& block) {
        const Box box = boxOf(block);
        if (box == Box::None && block.text().isEmpty())
            return; // what stands beside a table
        const bool goesOn = box != Box::None && box == m_box;
        enter(box);
        const int level = block.blockFormat().headingLevel();
        if (box == Box::Code)
            add((goesOn ? QStringLiteral("\n") : QString()) + block.text().toHtmlEscaped());
        else if (box == Box::Bullets || box == Box::Numbers)
            add(QStringLiteral("<li>%1</li>").arg(inner(block, false)));
        else if (level > 0)
            add(QStringLiteral("<h%1><a name=\"%2\"></a>%3</h%1>")
                    .arg(level)
                    .arg(guideAnchor(block.text()).toHtmlEscaped(), inner(block, true)));
        else
            add(QStringLiteral("<p>%1</p>").arg(inner(block, false)));
    }

    [[nodiscard]] static QString inner(const QTextBlock& block, bool isBold) {
        QString html;
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextCharFormat format = it.fragment().charFormat();
            QString text = it.fragment().text().toHtmlEscaped();
            text.replace(QChar::LineSeparator, QLatin1String("<br>"));
            if (format.fontFixedPitch())
                text = QStringLiteral("<code>%1</code>").arg(text);
            if (!isBold && format.fontWeight() > QFont::Medium)
                text = QStringLiteral("<b>%1</b>").arg(text);
            if (format.fontItalic())
                text = QStringLiteral("<i>%1</i>").arg(text);
            if (format.isAnchor())
                text = QStringLiteral("<a href=\"%1\">%2</a>").arg(format.anchorHref().toHtmlEscaped(), text);
            html += text;
        }
        return html;
    }

    void enter(Box box) {
        if (box == m_box)
            return;
        add(endOf(m_box));
        add(beginOf(box));
        m_box = box;
    }
    void add(const char* html) { m_html += QLatin1String(html); }
    void add(const QString& html) { m_html += html; }

    QString m_html;
    Box m_box = Box::None;
};

} // namespace

QString guidePage(const QString& markdown) {
    QTextDocument document;
    document.setMarkdown(markdown);
    return PageWriter().write(document);
}

QString guideAnchor(const QString& heading) {
    QString anchor;
    for (const QChar c : heading.toLower()) {
        if (c.isLetterOrNumber())
            anchor += c;
        else if (c.isSpace() || c == u'-')
            anchor += u'-';
    }
    return anchor;
}

QString guideSheet(const ThemeTokens& tokens, const QFont& base) {
    const double points = base.pointSizeF();
    const auto size = [points](double factor) { return measuredText(points * factor, 1); };
    QString sheet = QStringLiteral("h1 { font-size: %1pt; font-weight: 600; margin-top: 0px; margin-bottom: 10px; }"
                                   "h2 { font-size: %2pt; font-weight: 600; margin-top: 22px; margin-bottom: 6px; }"
                                   "h3 { font-size: %3pt; font-weight: 600; margin-top: 14px; margin-bottom: 4px; }"
                                   "p { margin-top: 0px; margin-bottom: 9px; line-height: 135%; }"
                                   "li { margin-bottom: 5px; line-height: 118%; }"
                                   "ul, ol { margin-top: 0px; margin-bottom: 9px; margin-left: -16px; }");
    sheet = sheet.arg(size(1.75), size(1.28), size(1.05));
    sheet += QStringLiteral("code { font-family: '%1'; font-size: %2pt; background-color: %4; }"
                            "pre { font-family: '%1'; font-size: %3pt; margin: 0px; white-space: pre-wrap; }")
                 .arg(dataFont(base).family(), size(0.95), size(0.9), tokens.window.name());
    sheet += QStringLiteral("a { color: %1; text-decoration: none; }"
                            "table { margin-top: 4px; margin-bottom: 12px; }"
                            "table.code { background-color: %2; }"
                            "table.note { background-color: %3; }"
                            "table.note td { border-left: 3px solid %4; }"
                            "table.rows { border-collapse: collapse; }"
                            "table.rows th { font-weight: 600; color: %5; border-bottom: 1px solid %6; }"
                            "table.rows td { border-bottom: 1px solid %6; }")
                 .arg(tokens.accentText.name(), tokens.window.name(), tokens.barWarning.name(), tokens.warning.name(),
                      tokens.muted.name(), tokens.line.name());
    return sheet;
}

} // namespace portolan
