package casework_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

func TestAQuestionIsAnsweredOnTheDayInChina(t *testing.T) {
	adult := casework.Question{Of: "birth_date", Years: 18}
	c1 := casework.Question{Of: "class", OneOf: []string{"A2", "C1"}}
	eve := time.Date(2026, 11, 25, 15, 59, 59, 0, time.UTC) // a second before midnight in China
	for name, c := range map[string]struct {
		q       casework.Question
		value   string
		now     time.Time
		yes, ok bool
	}{
		"a second before the birthday": {adult, "2008年11月26日", eve, false, true},
		"the birthday begins":          {adult, "2008年11月26日", eve.Add(time.Second), true, true},
		"born on a leap day, 28th":     {casework.Question{Of: "d", Years: 18}, "2008年2月29日", time.Date(2026, 2, 28, 4, 0, 0, 0, time.UTC), false, true},
		"born on a leap day, 1st":      {casework.Question{Of: "d", Years: 18}, "2008年2月29日", time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC), true, true},
		"a date in another form":       {adult, "2000-01-01", eve, false, false},
		"no date":                      {adult, "", eve, false, false},
		"the very class":               {c1, "C1", eve, true, true},
		"a class of two":               {c1, "A2D", eve, true, true},
		"a class that only begins so":  {c1, "C12", eve, false, true},
		"another class":                {c1, "C2E", eve, false, true},
		"a class that is not there":    {c1, "", eve, false, false},
		"a question that asks nothing": {casework.Question{Of: "d"}, "2000年1月1日", eve, false, false},
		"a word that is on the list":   {casework.Question{Of: "type", OneOf: []string{"个体工商户"}}, "个体工商户", eve, true, true},
		"a word that is not on it":     {casework.Question{Of: "type", OneOf: []string{"个体工商户"}}, "有限责任公司", eve, false, true},
	} {
		if yes, ok := c.q.Answer(c.value, c.now); yes != c.yes || ok != c.ok {
			t.Errorf("%s: %v, %v", name, yes, ok)
		}
	}
}

func TestWhoIsOldEnoughStaysOldEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 50000).Draw(t, "day"))
		q := casework.Question{Of: "birth_date", Years: rapid.IntRange(1, 120).Draw(t, "years")}
		at := born.AddDate(0, 0, rapid.IntRange(0, 50000).Draw(t, "after"))
		before, ok1 := q.Answer(born.Format("2006年1月2日"), at)
		after, ok2 := q.Answer(born.Format("2006年1月2日"), at.AddDate(0, 0, 1))
		if !ok1 || !ok2 || before && !after {
			t.Fatalf("%v: %v then %v", born, before, after)
		}
	})
}
