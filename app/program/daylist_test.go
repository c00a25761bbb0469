package program

import (
	"bytes"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// TestTheListOfADayIsToldWithTheCasesOfWhichTheLedgerRefusedSomething: by id and
// reason, each case once.
func TestTheListOfADayIsToldWithTheCasesOfWhichTheLedgerRefusedSomething(t *testing.T) {
	var out bytes.Buffer
	p := &program{out: &out, file: "list.cose"}
	no := protocol.ListedEntry{Refusal: string(casework.KeyWithdrawn)}
	p.tellList(protocol.DayList{Hall: "dongcheng", Counter: "12", Day: "20261126", Cases: []protocol.ListedCase{
		{Case: []byte{0xa1}, Entries: []protocol.ListedEntry{{Height: 7}, {}}},
		{Case: []byte{0xb2}, Entries: []protocol.ListedEntry{{Height: 8}, no, no}},
	}})
	if said := out.String(); !strings.Contains(said, "2 cases, 5 entries, 1 of them not on the ledger yet, 2 refused;") || strings.Contains(said, "case a1") ||
		strings.Count(said, "refused by the ledger: case b2, key-withdrawn\n") != 1 {
		t.Error(said)
	}
}
