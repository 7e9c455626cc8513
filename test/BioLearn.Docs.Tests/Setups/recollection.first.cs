using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

Made.Photos(".");
ImageFiles.Save(ImageFiles.Load("chelsea.png"), "kitten.jpg");
// block 1
Made.Check(e > 0 && File.Exists("recollected.png"), "a recollection that resembles its picture");
