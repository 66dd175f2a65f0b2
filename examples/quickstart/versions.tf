terraform {
  required_version = ">= 1.11"

  required_providers {
    ack = {
      source  = "terraform-provider-ack/ack"
      version = "~> 0.1"
    }
  }
}

provider "ack" {
  region = var.region

  # Credentials come from ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.

  default_tags = {
    managed_by  = "terraform"
    environment = var.environment
  }
}
