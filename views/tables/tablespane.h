#pragma once

#include "models/tables/tablemodels.h"
#include "views/list/listpane.h"

#include <QByteArray>
#include <memory>
#include <optional>

class QCheckBox;

namespace portolan {

/// The tables and views of the database, no matter who made them, and the rows of the chosen one. The filter is of the
/// rows. Portolan's own tables are listed while a switch is on. GUI thread.
class TablesPane final : public ListPane {
    Q_OBJECT
public:
    explicit TablesPane(QWidget* parent = nullptr);

    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const ColumnSet* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    [[nodiscard]] std::vector<ListFrame*> lists() const override;
    [[nodiscard]] QByteArray subject() const override { return m_isOpening ? QByteArray() : m_chosen; }
    void openSubject(const QByteArray& path) override;
    bool showPart(const QString& part) override; ///< a table's path
    [[nodiscard]] bool isSettled() const override;

protected:
    void forget() override;
    void rowLetGo(const ListFrame* frame) override;
    [[nodiscard]] bool waits(const ListFrame* frame) const override { return frame == m_rowFrame; }

private:
    void chooseTable();
    void chooseAgain();
    void adopt(const OpenedTable& opened);
    void showRows(std::shared_ptr<const ListingAdapter> listing, const QString& note);
    void inspectRow(int row);
    void showTable();

    TableModel m_tables;
    ListFrame* m_tableFrame;
    QCheckBox* m_own;                   ///< Portolan's own are listed, too
    std::unique_ptr<PagedModel> m_rows; ///< of the chosen table
    ListFrame* m_rowFrame = nullptr;    ///< a new one for every table: its columns are others
    QByteArray m_chosen;                ///< path
    std::optional<Inspection> m_detail; ///< of it
    RequestScope m_opening;
    bool m_isOpening = false;
    bool m_paused = false;
    TimeDisplay m_display = TimeDisplay::Utc;
};

} // namespace portolan
