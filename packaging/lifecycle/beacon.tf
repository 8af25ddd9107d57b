# The beacon as lifecycle configurations, and where a domain, a user and a shared space name them. Copy beacon.sh beside
# this file, and the blocks into your own resources.

resource "aws_sagemaker_studio_lifecycle_config" "beacon" {
  for_each = toset(["JupyterLab", "CodeEditor"])

  studio_lifecycle_config_name     = "collectd-sagemaker-beacon-${lower(each.key)}"
  studio_lifecycle_config_app_type = each.key
  studio_lifecycle_config_content  = filebase64("${path.module}/beacon.sh")
}

# Of a domain: default_user_settings is every user's, default_space_settings the shared spaces'.
#
# resource "aws_sagemaker_domain" "…" {
#   default_user_settings {
#     jupyter_lab_app_settings {
#       built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.beacon["JupyterLab"].arn
#     }
#     code_editor_app_settings {
#       built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.beacon["CodeEditor"].arn
#     }
#   }
#   default_space_settings {
#     jupyter_lab_app_settings {
#       built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.beacon["JupyterLab"].arn
#     }
#   }
# }
#
# Of one user.
#
# resource "aws_sagemaker_user_profile" "…" {
#   user_settings {
#     jupyter_lab_app_settings {
#       built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.beacon["JupyterLab"].arn
#     }
#   }
# }
#
# Of one space: it knows only one configuration, so the script must stand at the end of the space's own, if it has one.
#
# resource "aws_sagemaker_space" "…" {
#   space_settings {
#     jupyter_lab_app_settings {
#       default_resource_spec {
#         instance_type        = "ml.t3.medium"
#         lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.beacon["JupyterLab"].arn
#       }
#     }
#   }
# }
