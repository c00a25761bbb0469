package conformance

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// Report is what came of the suite as a text in the person's language: the pad's
// model, firmware and way, and each check with what was seen. The pad's serial
// number is not in it.
func (p *Person) Report(results []Result) string {
	id, lines := p.id, []string{}
	if id.Model == "" {
		lines = append(lines, p.t("check.report.unopened"))
	} else {
		lines = append(lines, p.t("check.report.pad", id.Model, id.Firmware, id.Transport, id.Width, id.Height, id.Rate, id.MaxP+1))
	}
	if id.Encryption != "" {
		lines = append(lines, p.t("check.report.encrypted", id.Encryption))
	}
	seen := map[string][]string{}
	for _, f := range p.found {
		seen[f.key] = f.seen
	}
	byKey := map[string]Result{}
	for _, r := range results {
		byKey[r.Key] = r
	}
	for i, key := range Keys() {
		r, made := byKey[key]
		lines = append(lines, "", strconv.Itoa(i+1)+". "+p.t("check.name."+key)+p.t("check.report.colon")+p.t(outcome(r, made)))
		if p.tries[key] > 1 {
			lines = append(lines, "   "+p.t("check.report.tries", p.tries[key]))
		}
		for _, s := range seen[key] {
			lines = append(lines, "   "+s)
		}
		if r.Err != nil && !errors.Is(r.Err, context.Canceled) {
			lines = append(lines, "   "+r.Err.Error())
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// outcome is the key of a check's result in a word.
func outcome(r Result, made bool) string {
	switch {
	case !made:
		return "check.report.not-made"
	case r.Err == nil:
		return "check.report.passed"
	case errors.Is(r.Err, context.Canceled):
		return "check.report.ended-here"
	}
	return "check.report.failed"
}
