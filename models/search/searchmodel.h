#pragma once

#include "models/list/format.h"
#include "models/list/panes.h"
#include "storage/base/worker.h"
#include "storage/search/search.h"
#include "storage/storeworker.h"

#include <QAbstractListModel>
#include <optional>
#include <vector>

namespace portolan {

/// The results of a search of everything for a text: a heading for each kind that has it, and under it its newest rows.
/// They come kind after kind as they answer, on a thread and a connection of its own: no pane waits for it. GUI thread.
class SearchModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        IsHeadingRole = Qt::UserRole + 1,
        CountRole,  ///< QString: of a heading, "3" or "20 and more"
        NameRole,   ///< QString: "orders", "wordcount, version 12"
        TimeRole,   ///< QString
        BeforeRole, ///< QString: what was found, in three parts
        HitRole,
        AfterRole,
    };

    explicit SearchModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    /// Sets how the store is opened for reading, on whichever thread asks; nothing: no store.
    void setOpener(StoreWorker::Opener opener);
    void setTimeDisplay(TimeDisplay display) { m_display = display; }

    /// Ends the search before it. An empty text finds nothing.
    void search(const QString& text);
    void cancel();

    [[nodiscard]] bool isSearching() const { return m_waiting > 0; }
    [[nodiscard]] const QString& text() const { return m_text; }
    /// Says in words how the search stands.
    [[nodiscard]] QString note() const;

    /// Returns the link to a row; of a heading, to all rows of its kind that have the text.
    [[nodiscard]] std::optional<PaneLink> linkFrom(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void changed(); ///< note() is another

private:
    struct Line {
        FoundKind kind = FoundKind::Message;
        std::optional<Found> found = {}; ///< nothing: a heading
        int count = 0;
        bool more = false;
    };
    struct Answer {
        FoundRows rows;
        bool hasPane = true; ///< of sinks: the store has components, beside which they are shown
    };
    void adopt(FoundKind kind, Result<Answer> answer);
    [[nodiscard]] QString nameOf(const Found& found) const;

    StoreWorker::Opener m_opener;
    std::unique_ptr<StoreWorker> m_channel; ///< null until something is searched for
    RequestScope m_asker;
    TimeDisplay m_display = TimeDisplay::Utc;
    QString m_text;
    std::vector<Line> m_lines;
    int m_waiting = 0; ///< kinds that have not answered
    int m_found = 0;
    bool m_more = false;
    bool m_sinksHavePane = true;
    std::optional<Error> m_error;
};

} // namespace portolan
