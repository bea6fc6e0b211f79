#include "app/window/paletteactions.h"

#include "app/desktop/settings.h"
#include "app/window/navigator.h"
#include "app/window/storeopening.h"
#include "models/list/format.h"
#include "models/list/panes.h"
#include "models/list/rowsteps.h"
#include "views/list/pane.h"
#include "views/style/icons.h"
#include "views/window/panestack.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QCoreApplication>
#include <QRegularExpression>
#include <array>

namespace portolan {

namespace {

/// An action of a pane, by the accessible name of its button (CONTRACT §7).
struct PaneDeed {
    const char* place;
    const char* name;
    const char* words; ///< other words for it
};
constexpr std::array paneDeeds{
    PaneDeed{"dead-letters", QT_TRANSLATE_NOOP("PaneDeeds", "Replay…"),
             QT_TRANSLATE_NOOP("Synonyms", "resend retry requeue put back again dead letter")},
    PaneDeed{"dead-letters", QT_TRANSLATE_NOOP("PaneDeeds", "Edit and replay…"),
             QT_TRANSLATE_NOOP("Synonyms", "mend patch correct resend")},
    PaneDeed{"dead-letters", QT_TRANSLATE_NOOP("PaneDeeds", "Discard…"),
             QT_TRANSLATE_NOOP("Synonyms", "delete remove archive throw away")},
    PaneDeed{"dead-letters/replays", QT_TRANSLATE_NOOP("PaneDeeds", "Recall"),
             QT_TRANSLATE_NOOP("Synonyms", "undo take back replay")},
    PaneDeed{"batches/rejects", QT_TRANSLATE_NOOP("PaneDeeds", "Retry…"),
             QT_TRANSLATE_NOOP("Synonyms", "rejected invalid store again")},
    PaneDeed{"checkpoints", QT_TRANSLATE_NOOP("PaneDeeds", "Promote…"),
             QT_TRANSLATE_NOOP("Synonyms", "rollback latest version restore")},
    PaneDeed{"checkpoints", QT_TRANSLATE_NOOP("PaneDeeds", "Compare"),
             QT_TRANSLATE_NOOP("Synonyms", "diff difference versions")},
    PaneDeed{"integrity", QT_TRANSLATE_NOOP("PaneDeeds", "Run checks"),
             QT_TRANSLATE_NOOP("Synonyms", "verify validate consistency")},
    PaneDeed{"operations/backups", QT_TRANSLATE_NOOP("PaneDeeds", "Back up…"),
             QT_TRANSLATE_NOOP("Synonyms", "backup save copy dump")},
    PaneDeed{"operations/backups", QT_TRANSLATE_NOOP("PaneDeeds", "Restore…"),
             QT_TRANSLATE_NOOP("Synonyms", "backup recover load")},
    PaneDeed{"audit", QT_TRANSLATE_NOOP("PaneDeeds", "Undo…"),
             QT_TRANSLATE_NOOP("Synonyms", "revert take back history")},
};

/// A part of a pane, which "Go to …" leads past.
struct PanePart {
    const char* place;
    const char* text;
    const char* words;
};
constexpr std::array paneParts{
    PanePart{"overview", QT_TRANSLATE_NOOP("PaneDeeds", "Overview: receiving, and what is behind"),
             QT_TRANSLATE_NOOP("Synonyms", "receiver behind lag delay why slow")},
    PanePart{"batches/gaps", QT_TRANSLATE_NOOP("PaneDeeds", "Batches: gaps, and what is missing"),
             QT_TRANSLATE_NOOP("Synonyms", "missing numbers range lost hole")},
    PanePart{"batches/rejects", QT_TRANSLATE_NOOP("PaneDeeds", "Batches: what was rejected"),
             QT_TRANSLATE_NOOP("Synonyms", "rejects invalid refused")},
    PanePart{"dead-letters", QT_TRANSLATE_NOOP("PaneDeeds", "Dead letters: why they died"),
             QT_TRANSLATE_NOOP("Synonyms", "groups cause reason story failed last night")},
    PanePart{"dead-letters/replays", QT_TRANSLATE_NOOP("PaneDeeds", "Dead letters: replays"),
             QT_TRANSLATE_NOOP("Synonyms", "runs put back")},
    PanePart{"dead-letters/archive", QT_TRANSLATE_NOOP("PaneDeeds", "Dead letters: archive"),
             QT_TRANSLATE_NOOP("Synonyms", "discarded put away")},
};

/// A pane's rows by their ids.
struct IdPlace {
    const char* place;
    const char* text;
    const char* column;
    bool isNumber; ///< only a number can be one
};
constexpr std::array idPlaces{
    IdPlace{"batches", QT_TRANSLATE_NOOP("PaneDeeds", "Message number %1"), "message_number", true},
    IdPlace{"ports", QT_TRANSLATE_NOOP("PaneDeeds", "Port message %1"), "id", false},
    IdPlace{"dead-letters", QT_TRANSLATE_NOOP("PaneDeeds", "Dead letter %1"), "id", false},
};

bool isNumber(const QString& text) {
    static const QRegularExpression digits(QStringLiteral("^\\d{1,18}$"));
    return digits.match(text).hasMatch();
}

/// A number, or a word with digits of the length that ids have (a UUID, a hash).
bool isId(const QString& text) {
    static const QRegularExpression word(QStringLiteral("^(?=.*\\d)[\\w:.-]{6,80}$"));
    return isNumber(text) || word.match(text).hasMatch();
}

QString shown(const QString& text) {
    return visibleText(text.toUtf8(), 60);
}

} // namespace

PaletteActions::PaletteActions(const Parts& parts, QWidget* window)
    : QObject(window)
    , m_parts(parts)
    , m_window(window) {}

QAction* PaletteActions::add(Made& made, const char* icon, const QString& text, const std::function<void()>& act) {
    auto action =
        std::make_unique<QAction>(themedIcon(QLatin1String(icon)), QString(text).replace(u'&', QLatin1String("&&")));
    connect(action.get(), &QAction::triggered, this, act);
    made.push_back(std::move(action));
    return made.back().get();
}

QList<QAction*> PaletteActions::actions(bool isOpen) {
    m_named.clear();
    const QString here =
        isOpen ? QString::fromLatin1(paneEntries()[static_cast<std::size_t>(m_parts.panes.entry())].id) : QString();
    for (const PaneDeed& deed : paneDeeds) {
        const QString place = QString::fromLatin1(deed.place);
        const int entry = paneEntryOf(placeOf(place).pane);
        if (!isOpen || entry < 0 || placeOf(place).pane == here) // its own buttons say more
            continue;
        const PaneEntry& pane = paneEntries()[static_cast<std::size_t>(entry)];
        QAction* const action = add(
            m_named, pane.icon, tr("%1: %2").arg(paneName(pane), QCoreApplication::translate("PaneDeeds", deed.name)),
            [this, place, name = QString::fromUtf8(deed.name)] { goToDeed(place, name); });
        action->setProperty("words", QCoreApplication::translate("Synonyms", deed.words) + u' '
                                         + QLatin1String(deed.words) + u' ' + QString::fromUtf8(deed.name));
        const QAction* const way = m_parts.navigating.actions()[entry];
        action->setEnabled(way->isEnabled());
        action->setToolTip(way->toolTip());
    }
    for (const PanePart& part : paneParts) {
        const QString place = QString::fromLatin1(part.place);
        const int entry = paneEntryOf(placeOf(place).pane);
        if (!isOpen || entry < 0)
            continue;
        QAction* const action =
            add(m_named, paneEntries()[static_cast<std::size_t>(entry)].icon,
                QCoreApplication::translate("PaneDeeds", part.text), [this, place] { goToPart(place); });
        action->setProperty("words", QCoreApplication::translate("Synonyms", part.words) + u' '
                                         + QLatin1String(part.words) + u' ' + QString::fromUtf8(part.text));
        action->setEnabled(m_parts.navigating.actions()[entry]->isEnabled());
        action->setToolTip(m_parts.navigating.actions()[entry]->toolTip());
    }
    for (const QString& url : m_parts.settings.recentStores())
        add(m_named, "database", tr("Open again: %1").arg(shown(url)), [this, url] { m_parts.opening.openUrl(url); });
    QList<QAction*> all;
    for (const auto& each : m_named)
        all << each.get();
    return all;
}

/// Leads to a list of the part: its rows are what comes next.
void PaletteActions::goToPart(const QString& place) {
    m_parts.navigating.showPlace(place, {});
    if (!qobject_cast<QAbstractItemView*>(m_window->focusWidget()))
        m_parts.panes.pane()->focusList();
}

/// Leads to the button and no further: which rows are meant is chosen there.
void PaletteActions::goToDeed(const QString& place, const QString& name) {
    m_parts.navigating.showPlace(place, {});
    for (QAbstractButton* const each : m_parts.panes.pane()->findChildren<QAbstractButton*>()) {
        if (each->accessibleName() != name || !each->isVisible())
            continue;
        if (each->isEnabled())
            each->setFocus(Qt::ShortcutFocusReason);
        else if (!each->toolTip().isEmpty())
            Q_EMIT notice(each->toolTip());
        return;
    }
}

QList<QAction*> PaletteActions::madeOf(const QString& typed) {
    m_typed.clear();
    if (typed.isEmpty())
        return {};
    for (const IdPlace& each : idPlaces) {
        if (!isId(typed) || (each.isNumber && !isNumber(typed)))
            continue;
        const QString place = QString::fromLatin1(each.place);
        const QAction* const way = m_parts.navigating.actions()[paneEntryOf(place)];
        const QString filter = each.isNumber ? QLatin1String(each.column) + u':' + typed : termFor(each.column, typed);
        add(m_typed, "search", QCoreApplication::translate("PaneDeeds", each.text).arg(shown(typed)),
            [this, place, filter] { m_parts.navigating.showPlace(place, filter); })
            ->setEnabled(way->isEnabled());
    }
    add(m_typed, "search", tr("Search everything for “%1”").arg(shown(typed)),
        [this, typed] { Q_EMIT searchWanted(typed); });
    QList<QAction*> all;
    for (const auto& each : m_typed)
        all << each.get();
    return all;
}

} // namespace portolan
