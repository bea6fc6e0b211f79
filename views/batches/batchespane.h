#pragma once

#include "models/batches/batchmodels.h"
#include "storage/base/worker.h"
#include "views/list/pane.h"

class QPushButton;
class QSplitter;
class QTabWidget;

namespace portolan {

class ListFrame;
class RejectsView;

/// `Batch files` above `Messages`, `Rejected` and `Gaps`. Choosing a batch shows its messages; none: all, newest first.
class BatchesPane final : public Pane {
    Q_OBJECT
public:
    explicit BatchesPane(QWidget* parent = nullptr);

    void setChannel(StoreWorker* channel) override;
    void setReplayDesk(ReplayController* desk) override;
    void setCannotReceive(const QString& reason) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const ColumnSet* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    [[nodiscard]] std::vector<ListFrame*> lists() const override;
    void focusList() override;
    bool showPart(const QString& part) override; ///< messages, rejects, gaps
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override;
    [[nodiscard]] QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray& layout) override;

private:
    void wire(ListFrame* frame);
    void askMessages();
    void chooseBatch(int row);
    void inspectMessage(int row);
    void inspectReject(int row);
    void inspectGap(int row);
    template <class Question>
    void askInspection(Question question);
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

    StoreWorker* m_channel = nullptr;
    BatchModel m_batches;
    MessageModel m_messages;
    GapModel m_gaps;
    RequestScope m_inspecting;
    Filter m_filter; ///< of the tab that is shown
    std::optional<qint64> m_batch;

    QSplitter* m_splitter;
    ListFrame* m_batchFrame;
    ListFrame* m_messageFrame;
    RejectsView* m_rejects;
    ListFrame* m_gapFrame;
    std::vector<Tab> m_lists; ///< in the order of the tabs; the messages first
    QTabWidget* m_tabs;
    QPushButton* m_allMessages;
};

} // namespace portolan
