#pragma once

#include "models/deadletters/replaycontroller.h"
#include "models/list/format.h"

#include <QDialog>
#include <QTimer>
#include <optional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QGridLayout;
class QLabel;
class QLineEdit;
class QSpinBox;
class QTableWidget;

namespace portolan {

class ErrorBar;

/// Looks at dead letters as soon as it is shown, says what they are, and has these put back when the operator confirms.
/// Dismissed, it has written nothing. Blocks its window alone; shown with open().
class ReplayDialog : public QDialog {
    Q_OBJECT
public:
    /// `what` says in words what is to be put back. The desk is borrowed.
    ReplayDialog(ReplayController& desk, ReplayRequest request, const QString& what, QWidget* parent = nullptr);
    ~ReplayDialog() override;

    void setTimeDisplay(TimeDisplay display) { m_display = display; }
    /// Proposes to put a few back first.
    void setCanary(bool canary);

public Q_SLOTS:
    void open() override;

private:
    QWidget* makeFacts(const QString& what);
    QWidget* makeSample();
    QWidget* makeChoices();
    void look();
    void adopt(const Result<ReplayPreview>& preview);
    void drop();
    void showPreview();
    void askSample();
    void showSample(const std::vector<PortMessage>& letters);
    [[nodiscard]] static QStringList warningsOf(const ReplayPreview& preview);
    void showButton();
    void typeTarget();
    void changeTarget();
    [[nodiscard]] QString waitingText() const;
    void confirm();

    ReplayController& m_desk;
    ReplayRequest m_request;
    TimeDisplay m_display = TimeDisplay::Utc;
    RequestScope m_looking;
    RequestScope m_sampling;
    std::optional<ReplayPreview> m_preview; ///< of what was seen
    bool m_isLooking = false;
    QTimer m_typing; ///< until what stands in the field counts as typed

    QLabel* m_count;
    QLabel* m_oldest;
    QLabel* m_newest;
    QLabel* m_warning;
    QTableWidget* m_sample;
    ErrorBar* m_error;
    QLineEdit* m_reason;
    QComboBox* m_place;
    QLineEdit* m_target;
    QSpinBox* m_rate;
    QCheckBox* m_canary;
    QPushButton* m_replay;
};

} // namespace portolan
