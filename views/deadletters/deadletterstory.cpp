// The story of the chosen group beside the list of groups, and the places that its letters show as columns.

#include "models/list/rowsteps.h"
#include "models/versions/versionmodels.h"
#include "storage/listing/filtertexts.h"
#include "storage/store.h"
#include "storage/storeworker.h"
#include "views/ask/textprompt.h"
#include "views/deadletters/deadletterlist.h"
#include "views/deadletters/groupstoryview.h"

#include <QMenu>
#include <QPushButton>
#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono_literals;

constexpr auto storyStep = 80ms; ///< the query thread answers others in between

} // namespace

/// Looks for the story of the chosen group from its beginning; what is shown of the same group stays until then.
void DeadLetterList::startStory() {
    m_storyScope.cancelPending();
    m_storyAgain.stop();
    m_storyPatience.stop();
    m_reader.reset();
    m_story->setVisible(m_group.has_value());
    if (!m_group || !m_channel)
        return;
    if (m_storyOf != m_group->fingerprint)
        m_story->setGroup(*m_group);
    m_storyOf = m_group->fingerprint;
    m_storyCount = m_group->count;
    m_reader = std::make_shared<GroupStoryReader>(*m_group);
    m_storyPatience.start();
    askStory();
}

void DeadLetterList::askStory() {
    m_channel->ask(
        m_storyScope,
        [reader = m_reader](Store& store, const CancelToken& token) { return reader->goOn(store, storyStep, token); },
        this, [this](const Result<GroupStory>& story) { adoptStory(story); });
}

void DeadLetterList::adoptStory(const Result<GroupStory>& story) {
    if (!story || story->isWhole) {
        m_storyPatience.stop();
        m_reader.reset();
    }
    if (!story) {
        m_story->setFailed(story.error().text);
        return;
    }
    if (story->isWhole || !m_story->story().isWhole) // one that is whole stays until another is
        m_story->setStory(*story);
    if (!story->isWhole)
        askStory();
}

/// Shows the counts that the group has now, and looks for its story again once it has rested.
void DeadLetterList::storyMayBeOld() {
    if (!m_group)
        return;
    m_story->updateGroup(*m_group);
    const std::optional<ReplayRun>& run = m_story->story().lastReplay;
    const bool isOpen = run
                        && run->counts[ItemState::Pending] + run->counts[ItemState::Replayed]
                                   + run->counts[ItemState::Queued] + run->counts[ItemState::Frozen]
                               > 0;
    if ((m_group->count != m_storyCount || isOpen) && !m_reader && !m_storyAgain.isActive())
        m_storyAgain.start();
}

void DeadLetterList::narrow(const QString& terms) {
    if (m_group)
        Q_EMIT paneWanted(QStringLiteral("dead-letters/") + QString::fromLatin1(m_group->fingerprint),
                          narrowed(m_filter.source, terms));
}

/// Shows in the Inspector where a version differs from the one before it.
void DeadLetterList::inspectChange(const Precursor& change) {
    const auto changed = versionOf(change);
    if (!changed || !m_channel)
        return;
    askWhole([changed = *changed](Store& store, const CancelToken& token) -> Result<Inspection> {
        const Versioned kind = changed.isCheckpoint ? Versioned::Checkpoint : Versioned::Component;
        auto version = findVersion(store, kind, changed.name, changed.version, token);
        PORTOLAN_TRY(version);
        auto before = findVersionBefore(store, kind, changed.name, changed.version, token);
        PORTOLAN_TRY(before);
        return inspect(InspectedVersion{kind, std::move(*version), std::move(*before)});
    });
}

void DeadLetterList::openChange(const Precursor& change) {
    const auto filterOn = [&](const char* column) {
        return QString::fromUtf8(QByteArray(column) + ':' + quotedPhrase(change.subject));
    };
    switch (change.kind) {
    case PrecursorKind::Checkpoint:
    case PrecursorKind::Promotion:
        Q_EMIT paneWanted(QStringLiteral("checkpoints"), filterOn("checkpoint_name"));
        return;
    case PrecursorKind::ComponentState:
    case PrecursorKind::Silence:
        Q_EMIT paneWanted(QStringLiteral("components"), filterOn("component_name"));
        return;
    case PrecursorKind::Replay:
        Q_EMIT paneWanted(QStringLiteral("dead-letters/replays"), filterOn("id"));
        return;
    case PrecursorKind::Migration:
        Q_EMIT paneWanted(QStringLiteral("operations"), {});
        return;
    }
}

void DeadLetterList::fillColumnMenu() {
    QMenu* const menu = m_columns->menu();
    menu->clear();
    const auto add = [&](const QByteArray& name, bool shown) {
        auto* action = menu->addAction(visibleText(name, 60).replace(u'&', QStringLiteral("&&")));
        action->setCheckable(true);
        action->setChecked(shown);
        connect(action, &QAction::toggled, this,
                [this, name](bool wanted) { showColumn(QString::fromUtf8(name), wanted); });
    };
    for (const LetterPlace& place : m_places)
        add(place.name, true);
    if (m_group) {
        for (const QByteArray& name : m_story->story().columns) {
            if (std::ranges::find(m_places, name, &LetterPlace::name) == m_places.end())
                add(name, false);
        }
    }
    if (!menu->isEmpty())
        menu->addSeparator();
    connect(menu->addAction(tr("Another place…")), &QAction::triggered, this, &DeadLetterList::typeColumn);
}

void DeadLetterList::typeColumn() {
    QInputDialog* const dialog = makeLineQuestion(
        tr("Add a column"), tr("A place in the documents, as a filter names it: data.order.id"), tr("Place"), this);
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& place) { showColumn(place, true); });
    dialog->open();
}

void DeadLetterList::showColumn(const QString& typed, bool shown) {
    auto place = letterPlace(typed);
    if (!place) {
        Q_EMIT notice(tr("%1 is no place in a dead letter's documents; data.order.id is one.")
                          .arg(visibleText(typed.toUtf8(), 60)));
        return;
    }
    std::erase_if(m_places, [&](const LetterPlace& each) { return each.name == place->name; });
    if (shown)
        m_places.push_back(std::move(*place));
    askLetters();
}

} // namespace portolan
