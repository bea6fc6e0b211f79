#pragma once

#include "models/integrity/checkmodel.h"
#include "storage/operations/verification.h"
#include "storage/storeworker.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/pane.h"

#include <QPointer>
#include <optional>

class QLabel;
class QPushButton;
class QStackedLayout;

namespace portolan {

class CheckTable;
class ErrorBar;
class ProgressStrip;

/// `Checks`: what the store was verified for, found first. A finding leads to its rows. GUI thread.
class IntegrityPane final : public Pane {
    Q_OBJECT
public:
    explicit IntegrityPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void refresh() override;      ///< verifying costs a pass over everything: only when asked for
    void refreshAll() override {} ///< the same: F5 is pressed lightly
    void setPaused(bool) override {}
    void setTimeDisplay(TimeDisplay display) override;
    [[nodiscard]] const ColumnSet* filterSchema() const override { return nullptr; }
    void setFilter(const Filter&) override {}
    [[nodiscard]] std::optional<FixedList> fixedList() const override;
    void copyRows(bool withHeader) override;
    void focusList() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] int rowsShown() const override;
    [[nodiscard]] QByteArray saveLayout() const override { return {}; }
    void restoreLayout(const QByteArray&) override {}

private:
    QWidget* makeTitle();
    QWidget* makeEmpty();
    void askRecorded();
    void showState();
    void inspectRow();
    void showRows();
    void openHealing();
    void heal(const std::vector<QByteArray>& statements, const QByteArray& reason);
    void showButtons();
    [[nodiscard]] QString summary() const;
    [[nodiscard]] QString recordedText() const;

    QPointer<CheckController> m_desk;
    QPointer<StoreController> m_changes;
    StoreWorker* m_channel = nullptr;
    RequestScope m_comparing;
    RequestScope m_remembering;
    std::optional<Verification> m_recorded; ///< the newest one that the store keeps
    ProductionConfirmation m_gate;
    CheckModel m_model;
    TimeDisplay m_display = TimeDisplay::Utc;

    ErrorBar* m_error;
    QLabel* m_summary;
    ProgressStrip* m_progress;
    QStackedLayout* m_body;
    QLabel* m_emptyTitle;
    CheckTable* m_table;
    QPushButton* m_run;
    QPushButton* m_cancel;
    QPushButton* m_showRows;
    QPushButton* m_heal;
};

} // namespace portolan
