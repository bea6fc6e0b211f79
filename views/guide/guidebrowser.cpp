#include "views/guide/guidebrowser.h"

#include "views/guide/guide.h"
#include "views/guide/guidepage.h"
#include "views/style/theme.h"

#include <QEvent>
#include <QScrollBar>
#include <QTextBlock>

namespace portolan {

GuideBrowser::GuideBrowser(Pages pages, QWidget* parent) : QTextBrowser(parent), m_pages(std::move(pages)) {
    setOpenLinks(false);
    setFrameShape(QFrame::NoFrame);
    document()->setDocumentMargin(6 * gridUnit);
    connect(this, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
        const QUrl url = source().resolved(link);
        if (guideFileOf(url).isEmpty())
            Q_EMIT leftAlone(link);
        else
            setSource(url);
    });
    dress();
}

QVariant GuideBrowser::loadResource(int, const QUrl& name) {
    const QString file = guideFileOf(name);
    return file.isEmpty() ? QVariant() : QVariant(m_pages(file));
}

/// The pages are made here, whatever their names end with.
void GuideBrowser::doSetSource(const QUrl& name, QTextDocument::ResourceType) {
    if (guideFileOf(name).isEmpty())
        return;
    QTextBrowser::doSetSource(name, QTextDocument::HtmlResource);
    keepSignsApart();
    Q_EMIT shown();
}

/// JetBrains Mono draws ">=" as one sign, and so on; what is to be typed is shown letter by letter.
void GuideBrowser::keepSignsApart() {
    const QString face = dataFont(font()).family();
    QTextCharFormat plain;
    plain.setFontStyleStrategy(QFont::PreferNoShaping);
    std::vector<std::pair<int, int>> places;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            if (it.fragment().charFormat().fontFamilies().toStringList().contains(face))
                places.emplace_back(it.fragment().position(), it.fragment().position() + it.fragment().length());
        }
    }
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    for (const auto& [from, to] : places) {
        cursor.setPosition(from);
        cursor.setPosition(to, QTextCursor::KeepAnchor);
        cursor.mergeCharFormat(plain);
    }
    cursor.endEditBlock();
}

void GuideBrowser::showAgain() {
    const int place = verticalScrollBar()->value();
    reload();
    verticalScrollBar()->setValue(place);
}

void GuideBrowser::changeEvent(QEvent* event) {
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void GuideBrowser::dress() {
    if (std::exchange(m_isDressing, true)) // a page that is shown may change the font
        return;
    document()->setDefaultStyleSheet(guideSheet(tokensOf(palette()), font()));
    if (!source().isEmpty())
        showAgain();
    m_isDressing = false;
}

} // namespace portolan
