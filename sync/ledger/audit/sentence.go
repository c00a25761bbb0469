package audit

import "fmt"

// Sentence says one thing in the two languages of a report. Names of steps, kinds
// of refusal and numbers in it are those of the protocol; nothing personal.
type Sentence struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// say fills both languages with the same values, in the same order.
func say(zh, en string, args ...any) Sentence {
	return Sentence{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

// In returns the sentence in a language: "en", or Chinese.
func (s Sentence) In(language string) string {
	if language == "en" {
		return s.En
	}
	return s.Zh
}
