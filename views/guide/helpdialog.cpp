#include "views/guide/helpdialog.h"

#include "views/guide/guide.h"
#include "views/guide/guidebrowser.h"
#include "views/guide/guidepage.h"
#include "views/guide/shortcutrows.h"
#include "views/style/entrydelegate.h"
#include "views/style/icons.h"
#include "views/style/plainlabel.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QShortcut>
#include <QTextBlock>
#include <QToolButton>

namespace portolan {

namespace {

constexpr int besidesTitle = 18 * gridUnit;                ///< icon and margins of a chapter in the list, and some air
constexpr QSize usualSize(260 * gridUnit, 165 * gridUnit); ///< fits into 1280x720, with some 90 letters a line

QToolButton* tool(const QString& icon, const QString& name, const char* keys, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setIcon(themedIcon(icon));
    button->setAutoRaise(true);
    button->setAccessibleName(name);
    button->setToolTip(
        QStringLiteral("%1 (%2)").arg(name, QKeySequence(QLatin1String(keys)).toString(QKeySequence::NativeText)));
    return button;
}

} // namespace

HelpDialog::HelpDialog(const QString& language, QWidget* parent)
    : QDialog(parent)
    , m_language(language)
    , m_search([this](const QString& file) { return page(file); })
    , m_chapters(new QListWidget(this))
    , m_browser(new GuideBrowser([this](const QString& file) { return page(file); }, this))
    , m_field(new QLineEdit(this))
    , m_count(plainLabel(this, QPalette::PlaceholderText))
    , m_note(new WrappedLabel(this, QPalette::PlaceholderText)) {
    setWindowTitle(tr("Portolan: user guide"));
    setWindowFlags(Qt::Window);
    setWindowIcon(QIcon(QStringLiteral(":/icons/portolan.svg")));
    setAttribute(Qt::WA_QuitOnClose, false); // reading on keeps no program running
    m_chapters->setAccessibleName(tr("Chapters"));
    m_chapters->setItemDelegate(new EntryDelegate(m_chapters));
    m_chapters->setMouseTracking(true);
    m_chapters->setUniformItemSizes(true);
    m_chapters->setFrameShape(QFrame::NoFrame);
    m_chapters->viewport()->setBackgroundRole(QPalette::Window);
    m_browser->setAccessibleName(tr("Guide"));
    m_note->setContentsMargins(6 * gridUnit, gridUnit, 6 * gridUnit, 2 * gridUnit);
    m_note->hide();
    fillChapters();

    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(makeBar());
    right->addWidget(m_browser, 1);
    right->addWidget(m_note);
    auto* left = new QVBoxLayout;
    left->setContentsMargins(0, 2 * gridUnit, 0, 2 * gridUnit);
    left->addWidget(m_chapters);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(left);
    layout->addLayout(right, 1);

    connect(m_chapters, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0)
            m_browser->setSource(guideUrl(m_language, m_chapters->item(row)->data(Qt::UserRole).toString()));
    });
    // The accessibility bus selects an entry without making it the current one.
    connect(m_chapters, &QListWidget::itemSelectionChanged, this, [this] {
        if (const QList<QListWidgetItem*> chosen = m_chapters->selectedItems(); !chosen.isEmpty())
            m_chapters->setCurrentItem(chosen.first());
    });
    connect(m_browser, &QTextBrowser::sourceChanged, this, &HelpDialog::showSource);
    connect(m_browser, &GuideBrowser::shown, this, &HelpDialog::showMatches);
    connect(m_browser, &GuideBrowser::leftAlone, this, [this](const QUrl& url) {
        m_note->setText(tr("This leads out of the guide and is not opened: %1").arg(url.toDisplayString()));
        m_note->show();
    });
    resize(usualSize);
}

QWidget* HelpDialog::makeBar() {
    auto* bar = new QWidget(this);
    QToolButton* const back = tool(QStringLiteral("back"), tr("Back"), "Alt+Left", bar);
    QToolButton* const forward = tool(QStringLiteral("forward"), tr("Forward"), "Alt+Right", bar);
    QToolButton* const previous = tool(QStringLiteral("up"), tr("Previous match"), "Shift+F3", bar);
    QToolButton* const next = tool(QStringLiteral("down"), tr("Next match"), "F3", bar);
    m_field->setAccessibleName(tr("Find in the guide"));
    m_field->setPlaceholderText(tr("Find in the guide  –  Ctrl+F"));
    m_field->setClearButtonEnabled(true);
    m_field->setMinimumWidth(32 * gridUnit);
    m_field->setMaximumWidth(60 * gridUnit);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(5 * gridUnit, 2 * gridUnit, 5 * gridUnit, gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(back);
    layout->addWidget(forward);
    layout->addStretch(1);
    layout->addWidget(m_count);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_field, 100);
    layout->addWidget(previous);
    layout->addWidget(next);

    back->setEnabled(false);
    forward->setEnabled(false);
    connect(back, &QToolButton::clicked, m_browser, &QTextBrowser::backward);
    connect(forward, &QToolButton::clicked, m_browser, &QTextBrowser::forward);
    connect(m_browser, &QTextBrowser::backwardAvailable, back, &QWidget::setEnabled);
    connect(m_browser, &QTextBrowser::forwardAvailable, forward, &QWidget::setEnabled);
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_search.find(text);
        findFrom(true);
    });
    const auto on = [this](const char* keys, auto slot) {
        connect(new QShortcut(QKeySequence(QLatin1String(keys)), this), &QShortcut::activated, this, slot);
    };
    on("Ctrl+F", [this] {
        m_field->setFocus(Qt::ShortcutFocusReason);
        m_field->selectAll();
    });
    on("F3", [this] { findFrom(false); });
    on("Shift+F3", &HelpDialog::findBefore);
    on("Alt+Left", [this] { m_browser->backward(); });
    on("Alt+Right", [this] { m_browser->forward(); });
    auto* const shiftEnter = new QShortcut(QKeySequence(QStringLiteral("Shift+Return")), m_field);
    shiftEnter->setContext(Qt::WidgetShortcut);
    connect(shiftEnter, &QShortcut::activated, this, &HelpDialog::findBefore);
    connect(m_field, &QLineEdit::returnPressed, this, [this] { findFrom(false); });
    connect(next, &QToolButton::clicked, this, [this] { findFrom(false); });
    connect(previous, &QToolButton::clicked, this, &HelpDialog::findBefore);
    return bar;
}

void HelpDialog::fillChapters() {
    for (const GuideChapter& chapter : guideChapters()) {
        auto* item = new QListWidgetItem(themedIcon(QLatin1String(chapter.icon)),
                                         guideTitle(guideText(m_language, chapter.file)), m_chapters);
        item->setData(Qt::UserRole, chapter.file);
    }
    sizeChapters();
}

/// As wide as the longest title, which is bold when it is chosen.
void HelpDialog::sizeChapters() {
    QFont bold = m_chapters->font();
    bold.setWeight(QFont::DemiBold);
    int widest = 0;
    for (int row = 0; row < m_chapters->count(); ++row)
        widest = std::max(widest, QFontMetrics(bold).horizontalAdvance(m_chapters->item(row)->text()));
    m_chapters->setFixedWidth(widest + besidesTitle);
}

void HelpDialog::changeEvent(QEvent* event) {
    QDialog::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        sizeChapters();
}

QString HelpDialog::page(const QString& file) const {
    const QString text = guidePage(guideText(m_language, file));
    return file == QLatin1String(keyboardChapter) && m_actions ? text + shortcutTable(shortcutRows(m_actions())) : text;
}

void HelpDialog::showChapter(const QString& file) {
    m_search.forget(QLatin1String(keyboardChapter)); // another pane has other keys
    const QUrl url = guideUrl(m_language, file);
    if (m_browser->source() == url && file == QLatin1String(keyboardChapter))
        m_browser->showAgain();
    m_browser->setSource(url);
    show();
    raise();
    activateWindow();
    m_browser->setFocus();
}

QString HelpDialog::chapter() const {
    return guideFileOf(m_browser->source());
}

/// Also when a link, the history or a match led there.
void HelpDialog::showSource(const QUrl& url) {
    const QString file = guideFileOf(url);
    const QSignalBlocker quiet(m_chapters);
    for (int row = 0; row < m_chapters->count(); ++row) {
        if (m_chapters->item(row)->data(Qt::UserRole).toString() == file)
            m_chapters->setCurrentRow(row);
    }
    m_note->hide();
}

/// A match has the cursor before it, and is not selected: that would be drawn over its mark.
GuidePlace HelpDialog::here() const {
    return {std::max(m_chapters->currentRow(), 0), m_browser->textCursor().selectionStart()};
}

void HelpDialog::findFrom(bool begins) {
    GuidePlace place = here();
    if (!begins && m_match >= 0)
        ++place.position;
    goToMatch(m_search.from(place));
}

void HelpDialog::findBefore() {
    goToMatch(m_search.before(here()));
}

void HelpDialog::goToMatch(int match) {
    m_match = match;
    if (match >= 0) {
        const GuidePlace place = m_search.places()[static_cast<std::size_t>(match)];
        m_chapters->setCurrentRow(place.chapter);
        QTextCursor cursor(m_browser->document());
        cursor.setPosition(place.position);
        m_browser->setTextCursor(cursor);
        m_browser->ensureCursorVisible();
    }
    showMatches();
}

/// All of the chapter, and the one that is meant.
void HelpDialog::showMatches() {
    const ThemeTokens& tokens = tokensOf(palette());
    const auto& places = m_search.places();
    QList<QTextEdit::ExtraSelection> marks;
    for (int i = 0; i < static_cast<int>(places.size()); ++i) {
        const GuidePlace& place = places[static_cast<std::size_t>(i)];
        if (place.chapter != m_chapters->currentRow())
            continue;
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(m_browser->document());
        mark.cursor.setPosition(place.position);
        mark.cursor.setPosition(place.position + static_cast<int>(m_search.text().size()), QTextCursor::KeepAnchor);
        mark.format.setBackground(i == m_match ? tokens.accent : tokens.selection);
        mark.format.setForeground(i == m_match ? tokens.onAccent : tokens.text);
        marks << mark;
    }
    m_browser->setExtraSelections(marks);
    if (m_search.text().isEmpty())
        m_count->clear();
    else if (places.empty())
        m_count->setText(tr("not found"));
    else
        m_count->setText(m_match < 0 ? tr("%n found", nullptr, static_cast<int>(places.size()))
                                     : tr("%1 of %2").arg(m_match + 1).arg(places.size()));
}

} // namespace portolan
