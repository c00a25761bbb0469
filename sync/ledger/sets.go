package ledger

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strconv"

	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// sets asks after which heights the validators changed.
func (n *node) sets(ctx context.Context) ([]int64, error) {
	var answer struct {
		Response struct {
			Code  uint32 `json:"code"`
			Value string `json:"value"`
		} `json:"response"`
	}
	if err := n.rpc.call(ctx, "abci_query", map[string]any{"path": protocol.LedgerSets}, &answer); err != nil {
		return nil, asFailure(err)
	}
	var heights []int64
	value, err := base64.StdEncoding.DecodeString(answer.Response.Value)
	if err == nil && len(value) > 0 && answer.Response.Code == protocol.LedgerTaken {
		err = protocol.Unmarshal(value, &heights)
	}
	if err != nil || len(heights) > receipt.MaxLinks {
		return nil, &Failure{Trouble: Garbled, Detail: "a list of heights of another form"}
	}
	return heights, nil
}

// validators returns the set that signs a height, in the chain's order. An error
// of the node's is an *rpcError.
func (n *node) validators(ctx context.Context, height int64) ([]receipt.Validator, error) {
	const page = 100 // CometBFT gives no more at once
	var list []receipt.Validator
	for number := 1; ; number++ {
		var answer struct {
			Total      int `json:"total,string"`
			Validators []struct {
				Key struct {
					Value []byte `json:"value"`
				} `json:"pub_key"`
				Power json.Number `json:"voting_power"`
			} `json:"validators"`
		}
		params := map[string]any{"height": strconv.FormatInt(height, 10), "per_page": strconv.Itoa(page), "page": strconv.Itoa(number)}
		if err := n.rpc.call(ctx, "validators", params, &answer); err != nil {
			return nil, err
		}
		for _, v := range answer.Validators {
			power, err := v.Power.Int64()
			if err != nil {
				return nil, &Failure{Trouble: Garbled, Detail: "a validator of another form"}
			}
			list = append(list, receipt.Validator{Key: v.Key.Value, Power: power})
		}
		if len(list) >= answer.Total || len(answer.Validators) == 0 || number == page {
			return list, nil
		}
	}
}
