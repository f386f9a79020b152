"""What a connector is made of where one file is too little: a folder for each system.

The plug-in itself is `assets/sources/<system>.py`.
"""
