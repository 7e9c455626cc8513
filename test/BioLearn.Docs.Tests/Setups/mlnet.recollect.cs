using Microsoft.ML.Data;

IDataView rows = new MLContext().Data.LoadFromEnumerable(Made.Photos("photos").Take(2));
// block 1
Made.Check(model.Transform(rows).GetColumn<float>("E").All(e => e > 0), "recollections resemble their pictures");
