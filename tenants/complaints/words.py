"""Words of this slice that no policy pack holds."""

CUSTOMER_SERVICE = "customer_service"
DEPARTMENTS = {
    CUSTOMER_SERVICE: "客服部",
    "engineering": "工程部",
    "order": "秩序部",
    "environment": "环境部",
    "outside": "外部单位",
}
NO_REPLY = {
    "anonymous": "匿名且没有联系方式，无法答复",
    "public_letter": "多人同一事项，已用公开信答复",
    "spoken": "已由客服当面或电话答复",
}
