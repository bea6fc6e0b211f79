#pragma once

#include "storage/storeworker.h"
#include "views/list/pane.h"

namespace portolan {

class ListFrame;

/// The common part of panes of lists: what their tables say goes on to the window, and a chosen row is read whole on
/// the query thread for the Inspector.
class ListPane : public Pane {
    Q_OBJECT
public:
    using Pane::Pane;

Q_SIGNALS:
    void countChanged(const QString& count); ///< of rows, for a tab that says it

protected:
    /// `clear` takes away what narrows the list besides the field `Filter`.
    void wire(ListFrame* frame, const std::function<void()>& clear = {});

    /// Asks for a row and shows it; `question` is `Result<Row>(Store&, const CancelToken&)`, and inspect(Row) is known.
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
