#pragma once

#include "models/audit/auditmodels.h"
#include "views/list/listpane.h"

namespace portolan {

/// `Audit log`: what was done to the store, newest first. It can be looked at, and nothing else.
class AuditPane final : public ListPane {
    Q_OBJECT
public:
    explicit AuditPane(QWidget* parent = nullptr);

    void setChannel(StoreWorker* channel) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const ColumnSet* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    [[nodiscard]] std::vector<ListFrame*> lists() const override;
    void focusList() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override;
    [[nodiscard]] QByteArray saveLayout() const override { return {}; }
    void restoreLayout(const QByteArray&) override {}

private:
    void inspectEntry(int row);

    AuditModel m_entries;
    ListFrame* m_frame;
};

} // namespace portolan
