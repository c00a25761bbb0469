package protocol

import (
	"bytes"
	"crypto"
	"slices"
	"time"

	"counterfoil/app/casework"
)

// Answers is what is signed in place of values: the questions as they were
// asked, each with its yes or no. It is bound to the signed original that it was
// answered from, so that an answer can't be put beside another person's licence.
type Answers struct {
	Version  int        `cbor:"1,keyasint"`
	Kind     string     `cbor:"2,keyasint"`
	Original []byte     `cbor:"3,keyasint"` // digest of Presented.Signed
	At       int64      `cbor:"4,keyasint"` // Unix seconds, the repository's clock
	Answers  []Answered `cbor:"5,keyasint"`
}

// Answered is one question with its answer.
type Answered struct {
	Field string   `cbor:"1,keyasint"`
	Of    string   `cbor:"2,keyasint"`
	Years int      `cbor:"3,keyasint,omitempty"`
	OneOf []string `cbor:"4,keyasint,omitempty"`
	Yes   bool     `cbor:"5,keyasint"`
}

// AnswerQuestions answers the questions among fields from the openings of full,
// by the clock now, and signs the answers for the issuer. It returns nil where
// no field is a question, and refuses with FieldNotDisclosed where the licence
// has no value, or none that can be read, to answer from.
func AnswerQuestions(signer crypto.Signer, full Presented, info casework.KindInfo, fields []casework.FieldID, now time.Time) ([]byte, error) {
	a := Answers{Version: Version, Kind: string(info.Kind), Original: some(DigestOf(full.Signed)), At: now.Unix()}
	for _, f := range fields {
		asked, _ := info.Find(f)
		if asked.Question == nil {
			continue
		}
		q := *asked.Question
		i := slices.IndexFunc(full.Openings, func(o Opening) bool { return o.Field == string(q.Of) })
		if i < 0 {
			return nil, casework.Refuse(casework.FieldNotDisclosed, string(info.Kind))
		}
		yes, ok := q.Answer(full.Openings[i].Value, now)
		if !ok {
			return nil, casework.Refuse(casework.FieldNotDisclosed, string(info.Kind))
		}
		a.Answers = append(a.Answers, Answered{Field: string(f), Of: string(q.Of), Years: q.Years, OneOf: q.OneOf, Yes: yes})
	}
	if len(a.Answers) == 0 {
		return nil, nil
	}
	payload, err := Marshal(a)
	if err != nil {
		return nil, err
	}
	return Seal(signer, TypeAnswers, payload)
}

// openAnswers adds the answers to l, whose original is proved: signed by the
// same issuer, about this original, and to the very questions that info asks.
func openAnswers(l *casework.Licence, p Presented, info casework.KindInfo, issuer PublicKey) error {
	env, err := Unseal(p.Answers)
	if err != nil {
		return err
	}
	var a Answers
	if env.Type != TypeAnswers {
		return casework.Refuse(casework.Malformed, "not answers")
	}
	if err := Unmarshal(env.Payload, &a); err != nil {
		return err
	}
	if env.Verify(issuer) != nil || a.Kind != string(info.Kind) || !bytes.Equal(a.Original, some(DigestOf(p.Signed))) {
		return casework.Refuse(casework.IssuerSignature, string(info.Kind))
	}
	for _, one := range a.Answers {
		asked, ok := info.Find(casework.FieldID(one.Field))
		if !ok || asked.Question == nil || !one.to(*asked.Question) {
			return casework.Refuse(casework.IssuerSignature, string(info.Kind))
		}
		value := casework.No
		if one.Yes {
			value = casework.Yes
		}
		l.Fields = append(l.Fields, casework.FieldValue{Field: asked.Field, Value: value})
	}
	l.Answered = time.Unix(a.At, 0).UTC()
	return nil
}

func (a Answered) to(q casework.Question) bool {
	return a.Of == string(q.Of) && a.Years == q.Years && slices.Equal(a.OneOf, q.OneOf)
}
