#pragma once

#include "models/window/sourcetester.h"
#include "storage/config/urls.h"

#include <QDialog>
#include <functional>
#include <vector>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;

namespace portolan {

/// The source to receive from: by its URL, by one that was received from before, or by fields; whichever is typed, the
/// other follows. `Test` looks at the source on a thread of its own and tells what it found; nothing is taken from it.
/// Does not block the window. GUI thread.
class SourceForm : public QDialog {
    Q_OBJECT
public:
    explicit SourceForm(QWidget* parent);

    /// Adds to a source the passwords that are kept for it, and replies; the reply's second part says why the keychain
    /// could not be asked.
    using Completion =
        std::function<void(const SourceUrl& url, const std::function<void(const SourceUrl&, const QString&)>& reply)>;
    void setCompletion(Completion completion) { m_completion = std::move(completion); }
    void setRecent(const QStringList& urls); ///< latest first

    /// Shows the form. Typed text stays; else it begins with `proposal`.
    void ask(const QString& proposal);
    /// Shows why a source was not taken.
    void refuse(const QString& why);
    /// The source is received from: the form goes, and forgets the passwords.
    void accepted();
    [[nodiscard]] bool isTyped() const; ///< shown, with a source in it that was not proposed
    void give();

Q_SIGNALS:
    /// Passwords go with it; `isKept`: into the keychain, too.
    void sourceGiven(const portolan::SourceUrl& source, bool isKept);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    enum class Way { Host, Sentinels, Socket };
    using IsShown = bool (*)(SourceKind kind, Way way);
    struct Row {
        QLabel* label;
        QWidget* field;
        IsShown isShown;
    };
    void addRow(QGridLayout* grid, const QString& label, QWidget* field, IsShown isShown);
    [[nodiscard]] QLineEdit* line(const QString& name, const QString& placeholder = {});
    [[nodiscard]] QComboBox* choice(const QString& name, const std::vector<std::pair<QString, int>>& items);
    [[nodiscard]] QWidget* fileRow(QLineEdit* path, const QString& title, const QString& browse);
    [[nodiscard]] QWidget* makeFields();
    [[nodiscard]] QWidget* makeHead();
    [[nodiscard]] SourceKind kind() const;
    [[nodiscard]] Way way() const;
    [[nodiscard]] Result<SourceUrl> url() const;
    [[nodiscard]] SourceUrl urlOfFields() const;
    void addPlace(SourceUrl& url) const;
    void addEncryption(SourceUrl& url) const;
    void takeUrl();
    void takeFields();
    void showUrl(const SourceUrl& url);
    void showRows();
    void showEncryptions(SourceKind kind);
    void test();
    void stopTest();
    void tell(const QString& text, bool isBad);
    void unsay();

    QLineEdit* m_url;
    QPushButton* m_recent;
    QMenu* m_recentMenu;
    QWidget* m_fields = nullptr;
    std::vector<Row> m_rows;
    QComboBox* m_kind;
    QComboBox* m_way;
    QLineEdit* m_hosts;
    QLabel* m_hostsLabel = nullptr;
    QLineEdit* m_socket;
    QLineEdit* m_master;
    QLineEdit* m_database;
    QLineEdit* m_name;
    QLabel* m_nameLabel = nullptr;
    QLineEdit* m_group;
    QLineEdit* m_consumer;
    QComboBox* m_side;
    QLineEdit* m_user;
    QLineEdit* m_password;
    QLineEdit* m_sentinelPassword;
    QCheckBox* m_keep;
    QComboBox* m_encryption;
    QLineEdit* m_authority;
    QLineEdit* m_certificate;
    QLineEdit* m_key;
    QLineEdit* m_number;
    QLineEdit* m_rate;
    QLabel* m_result;
    QPushButton* m_test;
    SourceUrl m_rest;           ///< what the fields do not show of the URL
    QString m_offered;          ///< what the line said before anybody typed
    bool m_isFollowing = false; ///< a field is set because of another one
    Completion m_completion;
    int m_testing = 0; ///< counts the tests: the answers of those before are not told
    SourceTester m_tester;
};

} // namespace portolan
