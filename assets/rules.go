package assets

import "strings"

// Rule is a rule card: what the law says that lets a clerk take electronic
// licences, in our words, with its article.
type Rule struct {
	ID      string // "716-07": State Council Decree No. 716, art. 7
	Article string
	Text    string
}

// Rules returns the rule cards in the language, in the order of law and article.
func (t *Texts) Rules(language string) []Rule {
	var rules []Rule
	for _, key := range t.Keys(language) {
		id, ok := strings.CutSuffix(key, ".article")
		if id, isRule := strings.CutPrefix(id, "rule."); ok && isRule {
			rules = append(rules, Rule{ID: id, Article: t.T(language, key), Text: t.T(language, "rule."+id+".text")})
		}
	}
	return rules
}
