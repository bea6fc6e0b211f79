#pragma once

#include "models/alerts/alertmodel.h"
#include "views/ask/productionconfirmation.h"

#include <QDialog>
#include <QPointer>

class QLabel;
class QPushButton;

namespace portolan {

class AlertForm;
class AlertTable;

/// The alerts of a store: how they stand, and the rule of the chosen one, to be changed, acknowledged, removed; or a
/// new one. It stays open while the store is looked at. Blocks its window alone; shown with open(). GUI thread.
class AlertsDialog : public QDialog {
    Q_OBJECT
public:
    /// `desk` is borrowed, and may go first; `channel` is of its store, which `store` names.
    AlertsDialog(AlertMonitor* desk, StoreWorker* channel, const QString& store, QWidget* parent = nullptr);

private:
    void choose();
    void chooseAgain();
    void follow();
    void begin();
    void save();
    void remove();
    void acknowledge();
    void showButtons();
    void say(const Result<void>& done, const QString& text);
    [[nodiscard]] const AlertReading* chosenReading() const; ///< null: none, or a new one is being written

    QPointer<AlertMonitor> m_desk;
    ProductionConfirmation m_gate;
    AlertModel m_model;
    QByteArray m_chosen;             ///< by name; empty: a new one
    std::optional<AlertRule> m_seen; ///< as it stood in the store when the form was filled
    AlertTable* m_table;
    AlertForm* m_form;
    QPushButton* m_acknowledge;
    QPushButton* m_new;
    QPushButton* m_remove;
    QPushButton* m_save;
    QLabel* m_said;
};

} // namespace portolan
