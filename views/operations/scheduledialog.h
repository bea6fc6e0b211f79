#pragma once

#include "models/operations/operationscontroller.h"
#include "models/operations/schedulemodels.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace portolan {

/// An entry that is to be added to a schedule.
struct NewScheduleEntry {
    QByteArray name;
    QStringList words;
    QByteArray spec;
    QByteArray reason;
};

/// Asks for a command and its times, and begins with one that is offered. It does nothing itself: entryWanted() says
/// what was confirmed. Blocks its window alone; shown with open().
class ScheduleDialog : public QDialog {
    Q_OBJECT
public:
    /// `kept` returns the words of a command as they are kept, or why they cannot be.
    ScheduleDialog(std::vector<ScheduleOffer> offers, std::function<Result<QStringList>(const QStringList&)> kept,
                   QWidget* parent = nullptr);

Q_SIGNALS:
    void entryWanted(const portolan::NewScheduleEntry& entry);

private:
    void takeOffer(int offer);
    [[nodiscard]] Result<NewScheduleEntry> typed() const;
    void showState();

    std::vector<ScheduleOffer> m_offers;
    ScheduleOffer m_taken; ///< what the fields began with
    std::function<Result<QStringList>(const QStringList&)> m_kept;
    QComboBox* m_offer;
    QLineEdit* m_name;
    QLineEdit* m_command;
    QLineEdit* m_when;
    QLabel* m_next; ///< when it runs first, or what is wrong
    QLineEdit* m_reason;
    QPushButton* m_add;
};

} // namespace portolan
