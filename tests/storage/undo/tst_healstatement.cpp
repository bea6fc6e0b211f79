#include "storage/undo/sql/healstatement.h"

#include <QtTest>

using namespace portolan;

namespace {

bool isRun(const QByteArray& statement) {
    return HealStatements::from({statement}, {}).has_value();
}

} // namespace

/// What undoing a healing runs of an entry that anyone may have written.
class TestHealStatement : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatHealingMakesIsRun() {
        for (
            const char* each : {
                R"(LOCK TABLE "analytics_data"."kpi" IN ACCESS EXCLUSIVE MODE)",
                R"(DROP TABLE "analytics_data_kpi")",
                R"(DROP TABLE "analytics_data"."a ""b"" é")",
                R"(CREATE TABLE "analytics_data"."kpi" ("id" bigint NOT NULL, "at" timestamp with time zone DEFAULT CURRENT_TIMESTAMP, "x" numeric(10,2)[], PRIMARY KEY ("id", "at")))",
                R"(ALTER TABLE "analytics_data_kpi" DROP COLUMN "note")",
                R"(ALTER TABLE "analytics_data_kpi" ADD COLUMN "note" text DEFAULT 'it''s' NOT NULL)",
                R"(ALTER TABLE "analytics_data"."kpi" ADD PRIMARY KEY ("id"))",
                R"(ALTER TABLE "analytics_data"."kpi" ALTER COLUMN "n" SET NOT NULL)",
                R"(ALTER TABLE "analytics_data"."kpi" ALTER COLUMN "n" SET DEFAULT 'a b'::character varying(20))",
                R"(ALTER TABLE "analytics_data"."kpi" ALTER COLUMN "n" SET DEFAULT -1.5e-3)",
                R"(ALTER TABLE "analytics_data"."kpi" ALTER COLUMN "n" DROP DEFAULT)",
                R"(DROP INDEX "analytics_data"."idx")",
                R"(CREATE UNIQUE INDEX "idx" ON "analytics_data"."kpi" ("a", "b"))",
                R"(CREATE INDEX kpi_a ON analytics_data.kpi USING btree (a, b DESC NULLS LAST))",
                R"(CREATE INDEX kpi_a ON public.analytics_data_kpi USING btree ("Order Date"))",
            })
            QVERIFY2(isRun(each), each);
    }

    void nothingElseIs() {
        for (const char* each : {
                 "",
                 "SELECT 1",
                 "COPY (SELECT 1) TO PROGRAM 'touch /tmp/x'",
                 R"(DROP TABLE "port_messages")",
                 R"(DROP TABLE "analytics_data"."kpi"; DROP TABLE port_messages)",
                 R"(DROP TABLE "analytics_data"."kpi" CASCADE)",
                 R"(DROP TABLE "analytics_data"."kpi", "port_messages")",
                 R"(DROP TABLE "analytics_data_kpi"."port_messages")",
                 R"(ALTER TABLE "port_messages" DROP COLUMN "status")",
                 R"(ALTER TABLE "analytics_data"."kpi" OWNER TO "low")",
                 R"(ALTER TABLE "analytics_data"."kpi" ALTER COLUMN "n" SET DEFAULT pg_read_file('/etc/passwd'))",
                 R"(ALTER TABLE "analytics_data"."kpi" ALTER COLUMN "n" SET DEFAULT 'a' || lo_import('/x'))",
                 R"(ALTER TABLE "analytics_data"."kpi" ALTER COLUMN "n" SET DEFAULT 'a\')",
                 R"(ALTER TABLE "analytics_data"."kpi" ADD COLUMN "n" int GENERATED ALWAYS AS (f(1)) STORED)",
                 R"(CREATE TABLE "analytics_data"."kpi" ("id" bigint) TABLESPACE x)",
                 R"(CREATE TABLE "analytics_data"."kpi" ("id" bigint DEFAULT f()))",
                 R"(CREATE TABLE "analytics_data"."kpi" AS SELECT f())",
                 R"(CREATE INDEX i ON analytics_data.kpi USING btree (f(a)))",
                 R"(CREATE INDEX i ON analytics_data.kpi USING btree (a) WHERE f(a))",
                 R"(CREATE INDEX i ON port_messages USING btree (a))",
                 "DROP INDEX a.b.c",
                 "DROP TABLE \"analytics_data\".\"kpi\"\n; SELECT 1",
             })
            QVERIFY2(!isRun(each), each);
    }

    /// Whether data would go is asked whatever the entry says of it.
    void whatIsDroppedIsLookedInto() {
        const auto questions = [](const QByteArray& statement, const std::vector<QByteArray>& asked) {
            return HealStatements::from({statement}, asked)->questions();
        };
        using All = std::vector<QByteArray>;
        QCOMPARE(questions(R"(DROP TABLE "analytics_data"."kpi")", {"SELECT 1 WHERE FALSE"}),
                 All{R"(SELECT 1 FROM "analytics_data"."kpi" LIMIT 1)"});
        const QByteArray column = R"(ALTER TABLE "analytics_data"."kpi" DROP COLUMN "n")";
        const QByteArray none = R"(SELECT 1 FROM "analytics_data"."kpi" WHERE "n" IS NOT NULL LIMIT 1)";
        const QByteArray own = R"(SELECT 1 FROM "analytics_data"."kpi" WHERE "n" IS DISTINCT FROM 'it''s' LIMIT 1)";
        QCOMPARE(questions(column, {}), All{none});
        QCOMPARE(questions(column, {own}), All{own});
        QCOMPARE(questions(column, {R"(SELECT 1 FROM "analytics_data"."kpi" WHERE "m" IS DISTINCT FROM 1 LIMIT 1)"}),
                 All{none});
        QCOMPARE(questions(column, {own.chopped(8) + " AND FALSE LIMIT 1"}), All{none});
        QCOMPARE(questions(R"(DROP INDEX "i")", {own}), All{});
    }
};

QTEST_APPLESS_MAIN(TestHealStatement)
#include "tst_healstatement.moc"
