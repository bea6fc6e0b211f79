#pragma once

#include "storage/storeworker.h"
#include "views/list/pane.h"

namespace portolan {

class ListFrame;

/// The common part of panes of lists: passes the signals of their tables on to the window, and has a chosen row read
/// whole on the query thread for the Inspector.
class ListPane : public Pane {
    Q_OBJECT
public:
    using Pane::Pane;

Q_SIGNALS:
    void countChanged(const QString& count); ///< of rows, for a tab that shows it

protected:
    /// Connects a list with the pane. `clear` removes what narrows the list besides the field `Filter`.
    void wire(ListFrame* frame, const std::function<void()>& clear = {});

    /// Asks for a row and shows it in the Inspector; `question` is `Result<Row>(Store&, const CancelToken&)`, and there
    /// is an inspect(Row).
    template <class Question>
    void askInspection(Question question) {
        m_inspecting.cancelPending();
        m_channel->ask(
            m_inspecting,
            [question](Store& store, const CancelToken& token) -> Result<Inspection> {
                const auto row = question(store, token);
                return row ? Result<Inspection>(inspect(*row)) : Result<Inspection>(row.error());
            },
            this,
            [this](const Result<Inspection>& inspection) {
                if (inspection)
                    Q_EMIT inspected(*inspection);
                else
                    Q_EMIT inspectionFailed(inspection.error());
            });
    }
    void inspectNothing();

    StoreWorker* m_channel = nullptr;
    RequestScope m_inspecting;
};

} // namespace portolan
