#pragma once

#include "models/batches/batchmodels.h"
#include "views/list/listpane.h"

class QPushButton;
class QTabWidget;

namespace portolan {

class GapsBar;
class RejectsView;

/// `Batch files` above `Messages`, `Rejected` and `Gaps`. Choosing a batch shows its messages; none: all, newest first.
class BatchesPane final : public ListPane {
    Q_OBJECT
public:
    explicit BatchesPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void setRefusals(const PaneRefusals& refusals) override;
    [[nodiscard]] const ColumnSet* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    [[nodiscard]] std::vector<ListFrame*> lists() const override;
    bool showPart(const QString& part) override; ///< messages, rejects, gaps
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override;

protected:
    void forget() override;
    [[nodiscard]] bool waits(const ListFrame* frame) const override;

private:
    void askMessages();
    void chooseBatch(int row);
    void inspectMessage(int row);
    void inspectReject(int row);
    void inspectGap(int row);
    /// A list under the batches: a tab of its name.
    struct Tab {
        PagedModel* model;
        ListFrame* frame;
        QWidget* page; ///< the frame, or what it stands in
        QString title;
        QLatin1String part;
        const ColumnSet& (*schema)();
    };
    [[nodiscard]] const Tab& shownTab() const;

    BatchModel m_batches;
    MessageModel m_messages;
    GapModel m_gaps;
    Filter m_filter; ///< of the tab that is shown
    std::optional<qint64> m_batch;

    ListFrame* m_batchFrame;
    ListFrame* m_messageFrame;
    RejectsView* m_rejects;
    ListFrame* m_gapFrame;
    GapsBar* m_gapsBar;
    std::vector<Tab> m_lists; ///< in the order of the tabs; the messages first
    QTabWidget* m_tabs;
    QPushButton* m_allMessages;
};

} // namespace portolan
