package staff_test

import (
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
	"counterfoil/app/staff"
)

// A whole sign-in at production's cost: Argon2id and an act that is on disk.
func BenchmarkSignIn(b *testing.B) {
	h := newHall(b)
	h.options.Cost = phc.Production()
	var err error
	h.Staff, err = staff.New(b.Context(), h.options)
	must(b, err)
	h.publish(func(r *protocol.Roster) { r.Clerks[1].Verifier = phc.Hash("246810", phc.Production()) })
	for b.Loop() {
		if _, err := h.Check(b.Context(), casework.Presence{Number: "0317", Password: "246810"}, casework.OpSignIn, ""); err != nil {
			b.Fatal(err)
		}
	}
}
