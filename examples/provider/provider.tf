terraform {
  required_providers {
    ack = {
      source = "terraform-provider-ack/ack"
    }
  }
}

# Credentials come from ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.
provider "ack" {
  region = "cn-hangzhou"

  default_tags = {
    managed-by = "terraform"
  }
}
