#pragma once

#include "storage/base/worker.h"
#include "storage/export/importrun.h"

#include <QDialog>
#include <QPointer>
#include <array>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace portolan {

class ImportController;

/// Asks for the file that is imported, and the kind of its rows. It shows what the file holds before anything is
/// stored, and imports nothing itself: importWanted() says what the operator has confirmed. Blocks its window alone;
/// shown with open(). GUI thread.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    /// `store` is the store's name; the desk, borrowed, looks at the file. `path` is the file, or the folder where one
    /// is looked for.
    ImportDialog(const QString& store, ImportController* desk, const QString& path, QWidget* parent = nullptr);

Q_SIGNALS:
    /// The file's path is absolute; `reason` is a bundle's.
    void importWanted(const portolan::ImportOptions& options, const QByteArray& reason);

private:
    [[nodiscard]] Result<ImportOptions> options() const;
    void look();
    void show(const Result<ImportPreview>& preview);
    void say(const QString& state, const QString& whyNot);
    void confirm();
    [[nodiscard]] QWidget* makeWishes();
    void showReading(const ImportReading& reading);
    [[nodiscard]] std::array<QComboBox*, 6> wishes() const;

    QPointer<ImportController> m_desk;
    RequestScope m_asker;
    QFormLayout* m_form;
    QLineEdit* m_path;
    QComboBox* m_kind;
    QLineEdit* m_columns;
    QLineEdit* m_sensor;
    // The form of the file; the first entry of each is the one that was found.
    QComboBox* m_separator;
    QComboBox* m_decimal;
    QComboBox* m_times;
    QComboBox* m_names;
    QComboBox* m_comment;
    QComboBox* m_encoding;
    QWidget* m_wishes;
    QLineEdit* m_reason;
    QLabel* m_state;
    QPlainTextEdit* m_preview;
    QPushButton* m_import;
    bool m_isBundle = false;
    QString m_proposed; ///< the reason that the bundle gives
};

} // namespace portolan
