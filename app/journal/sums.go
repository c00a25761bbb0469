package journal

import (
	"encoding/binary"
	"math"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// An entry proves itself by its digest and chain, an attachment by its seal, a
// link and a receipt by their signatures. What stands beside them (where an entry
// is on its way, a case's number and day, when a receipt was) has a sum of its
// own: a keyed one in the row's last column, which triggers keep and readers ask.
// A row that did not hold before a change does not hold after it either: a change
// must not make a flipped bit believed.
//
// The key comes from the master key, so that nobody without it makes a sum. An
// older copy of a row with its sum is not noticed by this: the ledger knows.
const sumName = "counterfoil_sum"

// sumBytes is how much of the sum is kept.
const sumBytes = 16

const (
	caseSum    = `counterfoil_sum('cases', row, id, number, item, day, ended, forgotten, evidence, granted)`
	outboxSum  = `counterfoil_sum('outbox', place, state, queued, attempts, refusal)`
	receiptSum = `counterfoil_sum('receipts', place, height, time, raw)`
	attemptSum = `counterfoil_sum('attempts', row, case_id, step, why, time)`
)

// Whether a row holds, as a column of a query. The tables have the names a, c, o, r.
const (
	caseHolds    = `c.sum = counterfoil_sum('cases', c.row, c.id, c.number, c.item, c.day, c.ended, c.forgotten, c.evidence, c.granted)`
	outboxHolds  = `o.sum = counterfoil_sum('outbox', o.place, o.state, o.queued, o.attempts, o.refusal)`
	attemptHolds = `a.sum = counterfoil_sum('attempts', a.row, a.case_id, a.step, a.why, a.time)`
	receiptHolds = `r.sum = counterfoil_sum('receipts', r.place, r.height, r.time, r.raw)`
)

// schemaCasesChanged stands apart because a test takes it away for a moment.
const schemaCasesChanged = `CREATE TRIGGER cases_changed AFTER UPDATE OF row, id, number, item, day, ended, forgotten, evidence, granted ON cases BEGIN
	UPDATE cases SET sum = iif(old.sum = counterfoil_sum('cases', old.row, old.id, old.number, old.item, old.day, old.ended, old.forgotten, old.evidence, old.granted),
		` + caseSum + `, x'') WHERE row = new.row;
END;`

const schemaSums = `
ALTER TABLE cases ADD COLUMN sum BLOB NOT NULL DEFAULT x'';
ALTER TABLE outbox ADD COLUMN sum BLOB NOT NULL DEFAULT x'';
ALTER TABLE receipts ADD COLUMN sum BLOB NOT NULL DEFAULT x'';
ALTER TABLE attempts ADD COLUMN sum BLOB NOT NULL DEFAULT x'';
UPDATE cases SET sum = ` + caseSum + `;
UPDATE outbox SET sum = ` + outboxSum + `;
UPDATE receipts SET sum = ` + receiptSum + `;
UPDATE attempts SET sum = ` + attemptSum + `;
CREATE TRIGGER cases_made AFTER INSERT ON cases BEGIN
	UPDATE cases SET sum = ` + caseSum + ` WHERE row = new.row;
END;
` + schemaCasesChanged + `
CREATE TRIGGER outbox_made AFTER INSERT ON outbox BEGIN
	UPDATE outbox SET sum = ` + outboxSum + ` WHERE place = new.place;
END;
CREATE TRIGGER outbox_changed AFTER UPDATE OF place, state, queued, attempts, refusal ON outbox BEGIN
	UPDATE outbox SET sum = iif(old.sum = counterfoil_sum('outbox', old.place, old.state, old.queued, old.attempts, old.refusal),
		` + outboxSum + `, x'') WHERE place = new.place;
END;
CREATE TRIGGER receipts_made AFTER INSERT ON receipts BEGIN
	UPDATE receipts SET sum = ` + receiptSum + ` WHERE place = new.place;
END;
CREATE TRIGGER attempts_made AFTER INSERT ON attempts BEGIN
	UPDATE attempts SET sum = ` + attemptSum + ` WHERE row = new.row;
END;
`

// summer makes the sums of rows: the suite's salted commitment, with a key in the
// place of the salt.
type summer struct {
	suite protocol.Suite
	key   casework.Salt
}

func newSummer(suite protocol.Suite, master [32]byte) summer {
	return summer{suite, casework.Salt(suite.Commit(casework.Salt(master), []byte("counterfoil journal rows 1")))}
}

// sum is SQLite's function of that name: of a table's name and a row's columns,
// each with its type and length, so that no two rows read alike.
func (s summer) sum(columns ...any) []byte {
	var b []byte
	for _, c := range columns {
		switch v := c.(type) {
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
		case float64: // a type that a column turned into
			b = binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
		case string:
			b = append(binary.BigEndian.AppendUint32(append(b, 's'), uint32(len(v))), v...)
		case []byte:
			b = append(binary.BigEndian.AppendUint32(append(b, 'b'), uint32(len(v))), v...)
		default:
			b = append(b, 'n')
		}
	}
	sum := s.suite.Commit(s.key, b)
	return sum[:sumBytes]
}
