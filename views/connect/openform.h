#pragma once

#include "storage/config/connectionvalues.h"
#include "storage/storeworker.h"

#include <QDialog>
#include <memory>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace portolan {

/// Ctrl+O: a store by its URL, by choosing a folder or a file, or by the fields of a connection to a server; whichever
/// is typed, the other follows. Beside each field stands what will be used where it is empty, and who says so. `Test`
/// opens the store for reading, on a thread of its own, and tells what it found. Does not block the window. GUI thread.
class OpenForm : public QDialog {
    Q_OBJECT
public:
    explicit OpenForm(QWidget* parent);
    ~OpenForm() override;
    void ask();
    void chooseFolder();
    void chooseDatabase();
    void askServer();
    /// A server did not take the password of a store, or wants one: the fields, with the cursor in the password's.
    void askPassword(const StoreUrl& url, const QString& why);
    void refuse(const QString& why);

Q_SIGNALS:
    /// A password goes with it, for as long as the store is open.
    void storeGiven(const portolan::StoreUrl& url);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    enum class Keeping { Session, Keychain, File };
    struct Field {
        QByteArray name; ///< as connectionValues() has it
        QWidget* edit;
        QLabel* source;
    };
    void addField(QGridLayout* grid, const QByteArray& name, const QString& label, QWidget* edit);
    [[nodiscard]] QWidget* makeServer();
    [[nodiscard]] Result<StoreUrl> url() const;
    [[nodiscard]] StoreUrl urlOfFields() const;
    void takeUrl();
    void takeFields();
    void showServer(bool shown);
    void showKeychain(bool isThere);
    void showUrl(const StoreUrl& url);
    void showSources(const StoreUrl& url);
    void test();
    void probe(const StoreUrl& complete);
    void stopTest();
    void unsay();
    void tell(const QString& text, bool isBad);
    void confirm();
    void giveServer(const StoreUrl& url);
    void askNext();
    void give(const QString& scheme, const QString& path);

    QLineEdit* m_url;
    QWidget* m_server;
    std::vector<Field> m_fields;
    QLineEdit* m_host;
    QLineEdit* m_port;
    QLineEdit* m_database;
    QLineEdit* m_user;
    QLineEdit* m_password;
    QComboBox* m_keep; ///< where the password is kept; see Keeping
    QComboBox* m_mode;
    QLabel* m_result;
    QPushButton* m_test;
    StoreUrl m_rest;                                     ///< what the fields do not show of the URL
    bool m_isFollowing = false;                          ///< a field is set because of another one
    std::vector<std::pair<StoreUrl, QString>> m_waiting; ///< servers that want a password while the form is in use
    std::unique_ptr<StoreWorker> m_probe;                ///< while a test runs
    RequestScope m_asker;
};

} // namespace portolan
