#include "views/list/filterline.h"

#include "storage/listing/filterlexer.h"
#include "views/style/icons.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QKeyEvent>
#include <QRegularExpression>
#include <QStringListModel>
#include <algorithm>

namespace portolan {

namespace {

constexpr int typingPause = 300;
constexpr int historyLength = 30;

} // namespace

FilterLine::FilterLine(QWidget* parent)
    : QLineEdit(parent)
    , m_proposals(new QStringListModel(this))
    , m_completer(new QCompleter(m_proposals, this)) {
    setAccessibleName(QStringLiteral("Filter"));
    setPlaceholderText(tr("Filter"));
    setToolTip(tr("column:value  column>value  column~text  words  or  not  ( )   –  Ctrl+F"));
    addAction(themedIcon(QStringLiteral("filter")), LeadingPosition)->setText(tr("Filter history"));
    setClearButtonEnabled(true);
    for (auto* button : findChildren<QAbstractButton*>()) {
        if (button->accessibleName().isEmpty() && button->text().isEmpty())
            button->setAccessibleName(tr("Empty the filter"));
    }
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setWidget(this);
    m_completer->popup()->setAccessibleName(tr("Filter proposals"));
    connect(m_completer, qOverload<const QString&>(&QCompleter::activated), this, &QLineEdit::setText);
    m_pause.setSingleShot(true);
    m_pause.setInterval(typingPause);
    connect(&m_pause, &QTimer::timeout, this, [this] { applyTyped(false); });
    connect(this, &QLineEdit::textChanged, this, &FilterLine::typed);
    connect(this, &QLineEdit::textEdited, this, &FilterLine::complete);
    connect(this, &QLineEdit::returnPressed, this, [this] { applyTyped(true); });
    connect(actions().constFirst(), &QAction::triggered, this, &FilterLine::showHistory);
}

void FilterLine::setSchema(const ColumnSet* schema, const QString& text) {
    m_schema = schema;
    setEnabled(schema != nullptr);
    m_applied = text.trimmed();
    setText(text);
    m_pause.stop();
    Q_EMIT mistake({});
    setPending({});
}

void FilterLine::setPending(const QString& why) {
    if (std::exchange(m_pending, why) != why)
        Q_EMIT pendingChanged(why);
}

void FilterLine::empty() {
    apply({});
}

void FilterLine::apply(const QString& text) {
    setText(text);
    applyTyped(true);
}

void FilterLine::setHistory(const QStringList& history) {
    m_history = history;
}

void FilterLine::typed() {
    Q_EMIT mistake({});
    m_pause.start();
    if (m_schema)
        setPending(text().trimmed() == m_applied ? QString() : tr("The filter is being typed."));
}

bool FilterLine::settle() {
    return m_pending.isEmpty() || applyTyped(true);
}

bool FilterLine::applyTyped(bool asked) {
    m_pause.stop();
    if (!m_schema)
        return true;
    const auto filter = parseFilter(text(), *m_schema, currentTime());
    if (!filter) {
        if (asked)
            Q_EMIT mistake(filter.error().text);
        setPending(tr("The list does not show what the filter says: %1").arg(filter.error().text));
        return false;
    }
    if (asked) {
        m_completer->popup()->hide();
        remember();
    }
    const QString now = text().trimmed();
    if (std::exchange(m_applied, now) != now || asked)
        Q_EMIT filterChanged(*filter);
    setPending({});
    return true;
}

/// Proposes the columns that begin with the word, or the open quote, at the cursor's left.
void FilterLine::complete() {
    static const QRegularExpression lastWord(QStringLiteral("(\"[^\"]+|[\\p{L}\\p{N}_]+)$"));
    const auto match = lastWord.match(text());
    QStringList proposals;
    if (m_schema && match.hasMatch() && cursorPosition() == text().size()) {
        const QString before = text().left(match.capturedStart());
        const QString typed = match.captured().startsWith(u'"') ? match.captured().mid(1) : match.captured();
        for (const auto& column : m_schema->columns) {
            if (QString::fromUtf8(column.name).startsWith(typed, Qt::CaseInsensitive))
                proposals << before + typedName(column.name) + u':';
        }
    }
    m_proposals->setStringList(proposals);
    if (proposals.isEmpty())
        m_completer->popup()->hide();
    else
        m_completer->complete();
}

void FilterLine::showHistory() {
    m_proposals->setStringList(m_history);
    if (!m_history.isEmpty())
        m_completer->complete();
}

void FilterLine::remember() {
    const QString now = text().trimmed();
    if (now.isEmpty())
        return;
    m_history.removeAll(now);
    m_history.prepend(now);
    m_history = m_history.mid(0, historyLength);
    Q_EMIT historyChanged(m_history);
}

/// Returns what the window does by this key; null: nothing, or it is for editing.
QAction* FilterLine::actionOfWindow(const QKeyEvent& key) const {
    if (!key.modifiers().testFlag(Qt::ControlModifier))
        return nullptr;
    for (const auto editing : {QKeySequence::Undo, QKeySequence::Redo, QKeySequence::Copy, QKeySequence::Cut,
                               QKeySequence::Paste, QKeySequence::SelectAll}) {
        if (key.matches(editing))
            return nullptr;
    }
    const QKeySequence keys(key.keyCombination());
    const auto all = window()->actions();
    const auto found = std::ranges::find_if(
        all, [&keys](const QAction* each) { return each->isEnabled() && each->shortcuts().contains(keys); });
    return found == all.end() ? nullptr : *found;
}

/// A line would take keys for itself that the window has: on X11 Ctrl+E is the end of the line.
bool FilterLine::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && actionOfWindow(*static_cast<QKeyEvent*>(event))) {
        event->ignore();
        return true;
    }
    return QLineEdit::event(event);
}

void FilterLine::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        if (text().isEmpty())
            Q_EMIT left(); // asks nothing again, so the selection stays
        else
            empty();
        return;
    }
    if (QAction* const action = m_completer->popup()->isVisible() ? actionOfWindow(*event) : nullptr) {
        m_completer->popup()->hide(); // a window of its own, which keeps the keys from this one
        action->trigger();
        return;
    }
    if (event->key() == Qt::Key_Down && !m_completer->popup()->isVisible()) {
        showHistory();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace portolan
