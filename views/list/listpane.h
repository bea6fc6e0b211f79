#pragma once

#include "storage/storeworker.h"
#include "views/list/pane.h"

class QSplitter;

namespace portolan {

/// The common part of panes of lists: passes what a pane is told on to each of its lists and the signals of their
/// tables on to the window, and has a chosen row read whole on the query thread for the Inspector. The field `Filter`
/// filters the list that was wired first.
class ListPane : public Pane {
    Q_OBJECT
public:
    explicit ListPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
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
    [[nodiscard]] QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray& layout) override;

Q_SIGNALS:
    void countChanged(const QString& count); ///< of rows, for a tab that shows it

protected:
    /// Adds a part to the pane, with this share of its height beside other parts.
    void addPart(QWidget* part, int share = 1);
    /// Forgets filter and choice, while no list has a store.
    virtual void forget() { setFilter({}); }
    /// The list asks nothing until the pane gives it the store.
    [[nodiscard]] virtual bool waits(const ListFrame*) const { return false; }
    /// Connects a list with the pane. `clear` removes what narrows the list besides the field `Filter`.
    void wire(ListFrame* frame, const std::function<void()>& clear = {});

    using InspectionQuestion = std::function<Result<Inspection>(Store&, const CancelToken&)>;
    void askWhole(InspectionQuestion question);
    /// Asks for the row in the Inspector once more, if there is one: it may have changed.
    void inspectAgain();
    /// Asks for a row and shows it in the Inspector; `question` is `Result<Row>(Store&, const CancelToken&)`, and there
    /// is an inspect(Row).
    template <class Question>
    void askInspection(Question question) {
        askWhole([question](Store& store, const CancelToken& token) -> Result<Inspection> {
            const auto row = question(store, token);
            return row ? Result<Inspection>(inspect(*row)) : Result<Inspection>(row.error());
        });
    }
    void inspectNothing();

    /// Hears that the row chosen last, one of this list, is chosen no more: it was dropped, is gone, or is not among
    /// those that the filter leaves. Shows nothing in the Inspector, or what the pane has in its place.
    virtual void rowLetGo(const ListFrame*) { inspectNothing(); }

    StoreWorker* m_channel = nullptr;
    RequestScope m_inspecting;
    InspectionQuestion m_question;         ///< for the row in the Inspector; empty: there is none
    std::vector<ListFrame*> m_frames;      ///< as they were wired
    QSplitter* m_splitter;                 ///< of the parts
    const ListFrame* m_chosenIn = nullptr; ///< the list of the row that was chosen last; null: that was let go
};

} // namespace portolan
