package desk_test

import (
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// What a city says of who acts is believed only where the licences say it too.
func TestAnEntitysLicenceThatNobodyActsForIsNotTaken(t *testing.T) {
	for _, c := range []struct {
		what   string
		acting *casework.Acting
		want   casework.RefusalKind
	}{
		{"nobody", nil, casework.CentreGarbled},
		{"a relative of an entity", &casework.Acting{Role: casework.Relative, Name: "演练姓名", For: "演练名称"}, casework.CentreGarbled},
		{"an agent of another entity", &casework.Acting{Role: casework.Entrusted, Name: "演练姓名", For: "别的公司"}, casework.ActingMismatch},
		{"another legal representative", &casework.Acting{Role: casework.LegalRepresentative, Name: "演练姓名", For: "演练名称"}, casework.ActingMismatch},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			f := newFar(t, nil)
			f.city.acting = c.acting
			f.makeCode("12345678", false)
			if err := f.desk.Open(t.Context(), "SAMPLE-0001"); err != nil {
				t.Fatal(err)
			}
			if err := f.desk.Paste("12345678"); err != nil {
				t.Fatal(err)
			}
			f.told(c.want)
			f.reaches(desk.StageRetrieve)
			if len(f.last.Case.Licences) != 0 || f.kept() != "opened authorized" {
				t.Errorf("shown or kept: %s", f.kept())
			}
		})
	}
}
