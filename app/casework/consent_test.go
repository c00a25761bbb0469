package casework_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

func needs() []casework.LicenceNeed {
	return []casework.LicenceNeed{
		{Kind: "id-card", Fields: []casework.FieldID{"name", "portrait"}, Own: []casework.FieldID{"portrait"}, Optional: []casework.FieldID{"portrait"}},
		{Kind: "household-register", Fields: []casework.FieldID{"blood_type"}, Own: []casework.FieldID{"blood_type"}, Optional: []casework.FieldID{"blood_type"}},
		{Kind: "driving-licence", Fields: []casework.FieldID{"class", "portrait"}, Own: []casework.FieldID{"portrait"}},
	}
}

func TestASensitiveFieldIsGrantedOnlyByItsOwnConsent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []casework.FieldRef{{Kind: "id-card", Field: "portrait"}, {Kind: "household-register", Field: "blood_type"},
			{Kind: "driving-licence", Field: "portrait"}, {Kind: "id-card", Field: "id_number"}}
		own := all[:0:0]
		for _, f := range all {
			if rapid.Bool().Draw(t, string(f.Kind+"."+casework.LicenceKind(f.Field))) {
				own = append(own, f)
			}
		}
		got, err := casework.Consented(needs(), own)
		if !slices.Contains(own, all[2]) {
			if casework.KindOf(err) != casework.ConsentMissing || got != nil {
				t.Fatalf("without what the item can't do without: %v, %v", got, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		granted := func(f casework.FieldRef) bool {
			return slices.ContainsFunc(got, func(n casework.LicenceNeed) bool { return n.Kind == f.Kind && slices.Contains(n.Fields, f.Field) })
		}
		for _, f := range all[:3] {
			if granted(f) != slices.Contains(own, f) {
				t.Fatalf("%v is granted: %v", f, granted(f))
			}
		}
		if granted(all[3]) || !granted(casework.FieldRef{Kind: "id-card", Field: "name"}) {
			t.Fatal("more or less than the item names is granted")
		}
		due := casework.Grant{Needs: got}.Due(needs())
		same := func(a, b casework.LicenceNeed) bool { return a.Kind == b.Kind && slices.Equal(a.Fields, b.Fields) }
		if !slices.EqualFunc(due, got, same) {
			t.Fatalf("granted %v, the counter expects %v", got, due)
		}
	})
}

func TestAGrantThatIsWiderOrNarrowerThanTheItemChangesNothingOfWhatIsDue(t *testing.T) {
	item := []casework.LicenceNeed{{Kind: "id-card", Fields: []casework.FieldID{"name", "sex"}}}
	g := casework.Grant{Needs: []casework.LicenceNeed{{Kind: "id-card", Fields: []casework.FieldID{"name", "address"}}}}
	if due := g.Due(item); len(due) != 1 || !slices.Equal(due[0].Fields, item[0].Fields) {
		t.Errorf("due is %v", due)
	}
}
