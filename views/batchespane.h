#pragma once

#include "models/batchmodels.h"
#include "storage/base/worker.h"
#include "views/pane.h"

class QPushButton;
class QSplitter;
class QTabWidget;

namespace portolan {

class ListFrame;

/// `Batch files` above `Messages` and `Rejected`. Choosing a batch shows its messages; none: all, newest first.
class BatchesPane final : public Pane {
    Q_OBJECT
public:
    explicit BatchesPane(QWidget* parent = nullptr);

    void setChannel(Channel* channel) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const FilterSchema* filterSchema() const override;
    void setFilter(const Filter& filter) override;
    void copyRows(bool withHeader) override;
    void focusList() override;
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
    template <class Question>
    void askInspection(Question question);
    [[nodiscard]] bool rejectsShown() const;
    [[nodiscard]] ListFrame* focusedFrame() const;

    Channel* m_channel = nullptr;
    BatchModel m_batches;
    MessageModel m_messages;
    RejectModel m_rejects;
    Asker m_inspecting;
    Filter m_filter; ///< of the listing that is shown: messages or rejects
    std::optional<qint64> m_batch;

    QSplitter* m_splitter;
    ListFrame* m_batchFrame;
    ListFrame* m_messageFrame;
    ListFrame* m_rejectFrame;
    QTabWidget* m_tabs;
    QPushButton* m_allMessages;
};

} // namespace portolan
