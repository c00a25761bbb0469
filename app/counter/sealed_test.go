package counter_test

import (
	"path/filepath"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
)

func TestACountersJournalIsSealedInTheSuiteOfItsKeyAlone(t *testing.T) {
	h := hallIn(t, protocol.Suite2, time.Minute, sample, "")
	id := h.served()
	h.must(h.counter.Close())
	o := journal.Options{Dir: filepath.Join(h.near.Dir, "journal"), Master: h.near.Identity.Master, Suite: protocol.Suite1}
	if _, err := journal.Open(h.ctx, o); casework.KindOf(err) != casework.JournalForeign {
		t.Errorf("in the other suite: %v", err)
	}
	o.Suite = protocol.Suite2
	j, err := journal.Open(h.ctx, o)
	h.must(err)
	if _, err := j.Content(h.ctx, id, 1); err != nil {
		t.Error(err)
	}
	h.must(j.Close())
	h.start() // what closes the hall expects it
}
