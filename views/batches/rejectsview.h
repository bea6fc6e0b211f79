#pragma once

#include "models/batches/batchmodels.h"
#include "models/deadletters/replaycontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/batches/rejectdialog.h"
#include "views/list/panecontext.h"

#include <QPointer>
#include <QWidget>

class QPushButton;

namespace portolan {

class ListFrame;

/// `Rejected`: what could not be stored, with the buttons that store it again, mend it or dismiss it: the selected
/// rows, and, by buttons of their own, all open ones that the filter shows. GUI thread.
class RejectsView final : public QWidget {
    Q_OBJECT
public:
    explicit RejectsView(QWidget* parent = nullptr);

    [[nodiscard]] RejectModel& model() { return m_model; }
    [[nodiscard]] ListFrame* frame() const { return m_frame; }
    void setContext(const PaneContext& context);
    /// Why nothing can be changed in this store, in words; empty: it can.
    void setCannot(const QString& reason);

Q_SIGNALS:
    void notice(const QString& text);

private:
    using Act = RejectDialog::Act;
    [[nodiscard]] QWidget* makeButtons();
    void showButtons();
    [[nodiscard]] int selected() const;
    /// The rows that an act is about.
    enum class Rows { Selected, All };
    [[nodiscard]] QString scope(Rows rows) const;
    void askFor(Act act, Rows rows);
    void askAbout(Act act, const Filter& which, const QString& what);
    void askEdit();

    StoreWorker* m_channel = nullptr;
    QPointer<ReplayController> m_desk;
    QString m_cannot;
    ProductionConfirmation m_gate;
    RequestScope m_reading;
    RejectModel m_model;
    ListFrame* m_frame;
    QPushButton* m_retry;
    QPushButton* m_edit;
    QPushButton* m_dismiss;
    QPushButton* m_retryAll;
    QPushButton* m_dismissAll;
};

} // namespace portolan
