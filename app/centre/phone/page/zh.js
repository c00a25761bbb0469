// The page's texts in Chinese. en.js has the same keys.

export const zh = {
  app: "证照应用", practice: "练习 · 非真实业务", home: "首页", signOut: "退出", startOver: "重新开始", tryAgain: "再试一次",
  confirm: "确认", cancel: "取消", today: "今日 {time}", tomorrow: "明日 {time}", counterName: "{counter} 号窗口",

  whoAreYou: "选择持证人", allInvented: "以下人员和证照均为虚构，用于练习。", signInFirst: "请先登录，随后回到窗口授权。",
  signInAs: "请输入密码登录。", pin: "自设密码（6 位数字）", practicePIN: "练习密码：{pin}", pinSix: "密码是 6 位数字。",

  whatToDo: "可以做什么", code: "八位数字验证码", codeShort: "口述给窗口人员", scan: "窗口授权码", scanShort: "扫签字板上的码",
  records: "授权记录", recordsShort: "查看每次授权，随时解绑", myLicences: "我的证照", noLicences: "名下没有电子证照。",
  usedFor: "用于", usedForNothing: "还没有用过。",
  validUntil: "有效期至：{date}", noEnd: "长期", inForce: "有效", suspended: "使用功能中止", withdrawn: "已吊销", lapsed: "已过期",

  codeIntro: "生成后口述给窗口人员，用于调取所选证照。", whichLicences: "可调取的证照", whichHall: "在哪个大厅使用", anyHall: "任意大厅",
  anyHallNote: "任意大厅的验证码，使用时还要在本机确认一次。", whichItem: "只用于某个事项（可不选）", itemHint: "事项名称或拼音首字母",
  itemsFound: "找到 {n} 个事项", itemsNone: "没有找到，可换个说法，也可不选。", itemChosen: "已选定事项。", itemNeedsMore: "所需证照您没有齐全",
  chooseOne: "请至少选择一种证照。", makeCode: "生成验证码", checkIdentity: "验证身份", codePINText: "输入密码后生成验证码。",
  tellCode: "请向窗口人员说出", orScan: "或请窗口人员用扫码枪扫", codePicture: "供窗口扫码枪扫的验证码", leftBefore: "剩余时间", where: "使用地点", howOften: "次数", onceOnly: "仅一次，过时作废", keepOpen: "请不要离开本页：使用时要在这里确认。",
  neverByPhone: "只在窗口当面说。任何人来电索要验证码都是诈骗。", endCode: "作废这个验证码", makeAnother: "再生成一个",
  codeUsed: "验证码已使用", codeUsedText: "窗口已收到您的授权，可在授权记录中查看。如不是您本人在办理，请立即解绑。",
  codeExpired: "验证码已过期", codeExpiredText: "没有被使用，已自动作废。", codeGone: "验证码已失效", codeGoneText: "这个验证码不能再使用。",
  codeHidden: "您先前生成的验证码无法再次显示。请重新生成；生成后原来的即作废。",
  secondsLeft: "还剩 {n} 秒", waitMinutes: "约 {n} 分钟后可以再试。",

  counterAsks: "窗口授权", asksToUse: "{counter} 请求使用", sameWords: "签字板上应显示同样的核对词", item: "事项", onlyThese: "{name} · 仅以下 {n} 项", ownConsent: "敏感信息，请逐项决定", ownOptional: "勾选即单独同意；不勾选也可以办理", ownNeeded: "勾选即单独同意；不同意则不能在线办理本事项", ownFirst: "这一项需要您单独同意，否则请选“拒绝”", onlyYesNo: "{name} · 只答是或否，不给原值",
  until: "期限", untilText: "本次办理，{time} 前；可随时解绑", basis: "依据", kept: "保存", keptText: "办件内容保存 {n} 天，到期删除", clerk: "窗口人员代号",
  answerWithin: "请在此时间内答复：", missing: "您没有这些证照：{names}。无法同意，只能拒绝。请告诉窗口人员，改用其他方式办理。",
  agree: "同意并验证身份", agreeText: "同意用于：{item}", refuse: "拒绝", notMe: "不是我在办理？拒绝并举报",
  report: "拒绝并举报", reportText: "将拒绝这次请求，并记录：不是您本人在办理。", reportYes: "举报",
  agreed: "已同意", agreedText: "请看签字板，继续办理。可随时在授权记录中解绑。", refused: "已拒绝", refusedText: "没有调取任何证照。窗口可以改用其他方式为您办理。",
  reported: "已拒绝并举报", reportedText: "没有调取任何证照。举报已记入授权记录，请同时告知大厅。",

  scanIntro: "用手机相机扫签字板上的二维码，或在这里打开。", useCamera: "打开相机扫码", noCamera: "这个浏览器不能直接扫码：请用手机相机扫码，或粘贴链接。",
  cameraRefused: "没有相机权限。请在浏览器设置中允许，或粘贴链接。", cameraLabel: "相机画面", pasteLink: "粘贴链接", pasteFirst: "请先粘贴链接。", openLink: "打开",

  recordsIntro: "每次使用您的证照都在这里。", recordsNone: "还没有记录", recordsNoneText: "授权之后，时间、事项和证照会列在这里。", anyItem: "未指定事项",
  "what-authorized": "已授权", "what-retrieved": "已调取", "what-declined": "已拒绝", "what-reported": "已举报", "what-expired": "已过期", "what-locked": "已锁定", "what-revoked": "已解绑", "what-submitted": "已提交", "what-abandoned": "未办完",
  "by-code": "验证码", "by-qr": "窗口授权码", liveUntil: "授权在 {time} 前有效", lapsedSince: "授权已于 {time} 到期，仍可解绑", onLedger: "已上链 · 高度 {height}", notYetOnLedger: "尚未上链", ledgerUnknown: "链暂时连接不上，无法查看上链情况", digest: "摘要",
  unbind: "解绑", unbindSure: "确定解绑？", unbindText: "“{item}”将不能再使用您的证照，窗口暂存的内容随即清除。已经提交的办件不受影响。", unbound: "已解绑。",

  receipt: "办件凭证", receiptPlain: "已上链的办件", case: "办件编号（链上）", receiptTime: "时间", wasRead: "调取自{name} · {n} 项", ledgerHeight: "链上高度", pending: "尚未上链",
  receiptNote: "链上只有摘要，没有您的姓名和号码。凭高度和摘要可在任一节点核对。", receiptSignIn: "登录后可查看事项和调取内容。",
  receiptUnknown: "这里没有这张凭证", receiptUnknownText: "链接可能不完整，或凭证属于另一个中心。请重新扫签字板上的码。",

  refusals: {
    "request-expired": ["请求已过期", "窗口的请求超过了答复时间。请让窗口人员重新出示二维码。"],
    "request-withdrawn": ["请求已撤回", "窗口取消了这次请求。没有调取任何证照。"],
    "already-done": ["请求已答复", "这次请求已经答复过，不能再用。可在授权记录中查看。"],
    "grant-used": ["请求已答复", "这次请求已经答复过，不能再用。可在授权记录中查看。"],
    declined: ["请求已拒绝", "这次请求已被拒绝。没有调取任何证照。"],
    "link-altered": ["链接不完整或被改动", "请重新扫签字板上的二维码，不要使用别人转发的链接。"],
    "not-issued-here": ["不是本中心的链接", "这个链接属于另一个服务或可能是假冒的。请勿在那里输入密码，请扫签字板上的二维码。"],
    "consent-missing": ["缺少单独同意", "本事项需要的敏感信息没有获得您的单独同意。没有调取任何证照。"],
    "licence-not-held": ["证照不齐", "您没有所需的证照，请改用其他方式办理。"],
    "grant-revoked": ["已经解绑", "这项授权先前已解绑。"],
    "grant-unknown": ["没有这项授权", "它可能已经结束。请查看授权记录。"],
    "grant-expired": ["授权已到期", "它已自动失效，无需解绑。"],
    "wrong-kind": ["所选证照不够", "这个事项需要的证照没有全部选上，请重新生成。"],
    "wrong-item": ["事项不可用", "请重新选择事项。"],
    "wrong-hall": ["大厅不可用", "请重新选择大厅。"],
    "pin-wrong": ["密码不正确。", "请重新输入。"],
    "pin-locked": ["密码输错次数过多，已锁定。", "没有任何改动。"],
    "sign-in-needed": ["请重新登录", "登录已过期。"],
    "centre-unreachable": ["连接不上服务", "请检查网络后再试。没有丢失任何内容。"],
    "ledger-unreachable": ["已收下，等待上链", "您的答复已经收下。链暂时连接不上，恢复后自动补上，无需重复操作。"],
    other: ["没有办成", "服务暂时不可用，请稍后再试，或告诉窗口人员。"],
  },
};
