#pragma once

#include "storage/base/result.h"
#include "storage/migrations/migrations.h"

#include <QDialog>
#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace portolan {

/// Shows what going to another version of the schema would do, statement by statement, and asks why. It changes nothing
/// itself: planWanted() asks for what a version would do, migrateWanted() says that the operator has confirmed exactly
/// that. Blocks its window alone; shown with open().
class MigrationDialog : public QDialog {
    Q_OBJECT
public:
    /// `versions`, with their names, are those to go to; the first one is proposed.
    MigrationDialog(const QString& title, const std::vector<MigrationEntry>& versions, QWidget* parent = nullptr);

    [[nodiscard]] int version() const; ///< that is chosen
    /// Without it nothing can be confirmed.
    void setPlan(const Result<MigrationPlan>& plan);

Q_SIGNALS:
    void planWanted(int version);
    void migrateWanted(const portolan::MigrationPlan& plan, const QByteArray& reason);

private:
    void showButton();

    std::optional<MigrationPlan> m_plan;
    QComboBox* m_version;
    QLabel* m_advice;
    QPlainTextEdit* m_script;
    QLineEdit* m_reason;
    QPushButton* m_migrate;
};

} // namespace portolan
